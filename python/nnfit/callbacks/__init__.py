"""Callbacks: what is told of the course of training, evaluation and prediction."""

from nnfit.callbacks.callback import Callback
from nnfit.callbacks.callback_list import CallbackList
from nnfit.callbacks.history import History
from nnfit.callbacks.model_checkpoint import ModelCheckpoint
from nnfit.callbacks.monitor_callback import MonitorCallback
from nnfit.callbacks.progbar_logger import ProgbarLogger
from nnfit.callbacks.tensorboard import TensorBoard

__all__ = ["Callback", "CallbackList", "History", "ModelCheckpoint", "MonitorCallback", "ProgbarLogger", "TensorBoard"]
