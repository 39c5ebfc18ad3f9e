"""Callbacks: what is told of the course of training, evaluation and prediction."""

from typing import TYPE_CHECKING

from nnfit.lazy import lazy_names

if TYPE_CHECKING:
    from nnfit.callbacks.backup_and_restore import BackupAndRestore
    from nnfit.callbacks.callback import Callback
    from nnfit.callbacks.callback_list import CallbackList
    from nnfit.callbacks.csv_logger import CSVLogger
    from nnfit.callbacks.early_stopping import EarlyStopping
    from nnfit.callbacks.history import History
    from nnfit.callbacks.lambda_callback import LambdaCallback
    from nnfit.callbacks.learning_rate_scheduler import LearningRateScheduler
    from nnfit.callbacks.model_checkpoint import ModelCheckpoint
    from nnfit.callbacks.monitor_callback import MonitorCallback
    from nnfit.callbacks.progbar_logger import ProgbarLogger
    from nnfit.callbacks.reduce_lr_on_plateau import ReduceLROnPlateau
    from nnfit.callbacks.swap_ema_weights import SwapEMAWeights
    from nnfit.callbacks.tensorboard import TensorBoard
    from nnfit.callbacks.terminate_on_nan import TerminateOnNaN
else:
    __getattr__, __dir__ = lazy_names(
        __name__,
        {
            "backup_and_restore": ("BackupAndRestore",),
            "callback": ("Callback",),
            "callback_list": ("CallbackList",),
            "csv_logger": ("CSVLogger",),
            "early_stopping": ("EarlyStopping",),
            "history": ("History",),
            "lambda_callback": ("LambdaCallback",),
            "learning_rate_scheduler": ("LearningRateScheduler",),
            "model_checkpoint": ("ModelCheckpoint",),
            "monitor_callback": ("MonitorCallback",),
            "progbar_logger": ("ProgbarLogger",),
            "reduce_lr_on_plateau": ("ReduceLROnPlateau",),
            "swap_ema_weights": ("SwapEMAWeights",),
            "tensorboard": ("TensorBoard",),
            "terminate_on_nan": ("TerminateOnNaN",),
        },
    )

__all__ = [
    "BackupAndRestore",
    "CSVLogger",
    "Callback",
    "CallbackList",
    "EarlyStopping",
    "History",
    "LambdaCallback",
    "LearningRateScheduler",
    "ModelCheckpoint",
    "MonitorCallback",
    "ProgbarLogger",
    "ReduceLROnPlateau",
    "SwapEMAWeights",
    "TensorBoard",
    "TerminateOnNaN",
]
