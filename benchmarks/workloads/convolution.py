"""A convolution and its gradients, at the layers of VGG-16, ResNet and MobileNet, on one library's arrays."""

from __future__ import annotations

from pathlib import Path

from peers.base import Convolution, Peer

from workloads.base import Measure, Workload, seconds_per_call

LAYERS = {
    "vgg1_1": Convolution(224, 3, 64),
    "vgg1_2": Convolution(224, 64, 64),
    "vgg2_2": Convolution(112, 128, 128),
    "vgg3_2": Convolution(56, 256, 256),
    "vgg4_2": Convolution(28, 512, 512),
    "vgg5": Convolution(14, 512, 512),
    "resnet1": Convolution(224, 3, 64, size=7, stride=2),
    "resnet2": Convolution(56, 64, 64),
    "resnet3_1": Convolution(56, 64, 128, stride=2),
    "resnet3": Convolution(28, 128, 128),
    "resnet4": Convolution(14, 256, 256),
    "resnet5": Convolution(7, 512, 512),
    "resnet50_2a": Convolution(56, 256, 64, size=1),
    "resnet50_2c": Convolution(56, 64, 256, size=1),
    "resnet50_3a": Convolution(28, 512, 128, size=1),
    "resnet50_4c": Convolution(14, 256, 1024, size=1),
    "resnet50_5a": Convolution(7, 2048, 512, size=1),
    "resnet50_3s": Convolution(56, 256, 512, size=1, stride=2),
    "mobilenet_d1": Convolution(112, 32, 32, groups=32),
    "mobilenet_d7": Convolution(14, 512, 512, groups=512),
    "mobilenet_p7": Convolution(14, 512, 512, size=1),
}
BATCHES = (1, 16, 64)
MOST_PIXELS = 2**19  # of a batch: more would measure the allocation of its arrays


def _convolution(pass_name: str) -> Workload:
    def prepare(peer: Peer, folder: Path) -> Measure:
        def measure() -> dict[str, float]:
            rates = {}
            for name, layer in LAYERS.items():
                for batch in BATCHES:
                    if batch > 1 and batch * layer.image**2 > MOST_PIXELS:
                        continue
                    call = peer.convolution(pass_name, layer, batch)
                    call()
                    rates[f"{name} x{batch}"] = 1e-9 * batch * layer.flops / seconds_per_call(call, 0.05)
            return rates

        return measure

    title = f"convolution {pass_name.replace('_', ' ')}, layer and batch"
    return Workload(title, "GFLOP/s", True, prepare, peers=("nnfit", "torch"))


WORKLOADS = {
    f"conv-{name.replace('_', '-')}": _convolution(name) for name in ("forward", "input_gradient", "kernel_gradient")
}
