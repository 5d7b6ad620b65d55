"""Write a network as one ONNX file, and hold it against the network it was made of.

torch's own exporter patches `nn.Module` for the whole process while it traces, which would disturb
the networks of all other sessions. A ResNet has few kinds of layers, so the graph is written from
its modules instead: nothing is traced, nothing is changed, and it takes milliseconds.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict, dataclass, field
from importlib.metadata import version
from typing import TYPE_CHECKING, Any

import numpy as np
import torch
from PIL import Image
from torch import nn
from torchvision.models.resnet import BasicBlock, Bottleneck

from explorer.errors import RequestError
from explorer.networks.block_names import HEAD
from explorer.networks.class_outputs import Outputs, class_scores
from explorer.networks.heads import MaximumAndMean
from explorer.networks.narrow_resnet import PlainBasicBlock, PlainBottleneck
from explorer.networks.network import Network
from explorer.paths import ASSETS
from explorer.photos.geometry import to_tensor

if TYPE_CHECKING:
    from onnx import ModelProto, NodeProto, TensorProto

OPSET, IR_VERSION = 20, 10  # of ONNX 1.16, which every runtime since 2024 reads
PHOTOS, LOGITS, LAST_BLOCK = "photos", "logits", "last_block"
PREDICT = ASSETS / "networks" / "predict.py"


@dataclass(frozen=True)
class OnnxCheck:
    """How an ONNX file's answers compare with the network's.

    Attributes:
        photos: number of photos that both were asked about.
        largest_difference: largest absolute difference between two logits.
        same_top1: number of photos for which both name the same class.
    """

    photos: int
    largest_difference: float
    same_top1: int

    @property
    def in_words(self) -> str:
        """The comparison as a phrase."""
        return (
            f"asked about {self.photos:,} photos: the same class for {self.same_top1:,}, logits "
            f"differ by at most {self.largest_difference:.1g}"
        )


def to_onnx(network: Network, facts: Mapping[str, str] | None = None) -> bytes:
    """Write a ResNet as ONNX, with its weights, labels and preprocessing in the one file.

    The input `photos` is float32 of shape (N, 3, S, S), normalised; the outputs are `logits`, one
    for each class before the temperature, and `last_block`, the last block's map. What a runtime
    needs besides is in the metadata: `labels` and `preprocessing` as JSON, `temperature`, and
    `outputs` ("softmax" or "sigmoid").

    Args:
        network: the network; only read.
        facts: further entries of the metadata.

    Returns:
        The content of the file.

    Raises:
        RequestError: if the network has a layer of another kind than ResNets have.
    """
    from onnx import checker

    model = _model(network)
    for key, value in (_facts(network) | dict(facts or {})).items():
        model.metadata_props.add(key=key, value=value)
    checker.check_model(model)
    content: bytes = model.SerializeToString()
    return content


def check_onnx(content: bytes, network: Network, photos: Iterable[Image.Image]) -> OnnxCheck:
    """Ask an ONNX file and the network that it was made of about the same photos.

    Args:
        content: content of the file.
        network: the network, which computes on the CPU for this.
        photos: RGB photos.
    """
    from onnxruntime import InferenceSession, SessionOptions

    options = SessionOptions()
    options.intra_op_num_threads = torch.get_num_threads()
    session = InferenceSession(content, options, providers=["CPUExecutionProvider"])
    module, preprocessing = network.on_cpu().module, network.weights.preprocessing
    differences, same = [0.0], 0
    for photo in photos:
        x = to_tensor(photo, preprocessing)
        with torch.inference_mode():
            expected = class_scores(module(x)).numpy()
        (logits,) = session.run([LOGITS], {PHOTOS: x.numpy()})
        differences.append(float(np.abs(logits - expected).max()))
        same += int(logits.argmax() == expected.argmax())
    return OnnxCheck(len(differences) - 1, max(differences), same)


def _facts(network: Network) -> dict[str, str]:
    weights = network.weights
    softmax = weights.outputs is Outputs.SOFTMAX
    return {
        "variant": network.variant.title,
        "labels": json.dumps(weights.labels, ensure_ascii=False),
        "preprocessing": json.dumps(asdict(weights.preprocessing)),
        "temperature": repr(weights.temperature),
        "outputs": str(Outputs.SOFTMAX if softmax else Outputs.SIGMOID),
    }


@dataclass
class _Graph:
    """A graph while it is written.

    Attributes:
        names: id of each module -> its name in the network.
        nodes: nodes in the order of computation.
        weights: weights that the nodes refer to.
    """

    names: Mapping[int, str]
    nodes: list[NodeProto] = field(default_factory=list)
    weights: list[TensorProto] = field(default_factory=list)

    def add(self, kind: str, *inputs: str, output: str = "", **attributes: Any) -> str:
        """Add a node, and return the name of its output."""
        from onnx import helper

        name = output or f"{kind}_{len(self.nodes)}"
        self.nodes.append(helper.make_node(kind, inputs, [name], name=name, **attributes))
        return name

    def weight(self, module: nn.Module, name: str) -> str:
        """Add a weight of a module, and return its name."""
        from onnx import numpy_helper

        full = f"{self.names[id(module)]}.{name}"
        array = getattr(module, name).detach().cpu().float().contiguous().numpy()
        self.weights.append(numpy_helper.from_array(array, full))
        return full

    def weight_and_bias(self, module: nn.Module) -> list[str]:
        """Add the weight of a module, and its bias if it has one."""
        return [
            self.weight(module, name)
            for name in ("weight", "bias")
            if getattr(module, name) is not None
        ]


def _model(network: Network) -> ModelProto:
    from onnx import TensorProto, helper

    graph = _Graph({id(module): name for name, module in network.module.named_modules()})
    at = PHOTOS
    for name, link in network.chain.items():
        if name == HEAD:
            graph.add("Identity", at, output=LAST_BLOCK)
        at = _written(graph, link, at)
    _write_logits(graph, network, at)
    side = network.weights.preprocessing.crop_size
    return helper.make_model(
        helper.make_graph(
            graph.nodes,
            network.variant.name,
            [helper.make_tensor_value_info(PHOTOS, TensorProto.FLOAT, ["N", 3, side, side])],
            [
                helper.make_tensor_value_info(LOGITS, TensorProto.FLOAT, ["N", None]),
                helper.make_tensor_value_info(
                    LAST_BLOCK, TensorProto.FLOAT, ["N", None, None, None]
                ),
            ],
            graph.weights,
        ),
        opset_imports=[helper.make_opsetid("", OPSET)],
        ir_version=IR_VERSION,
        producer_name="resnet-explorer",
        producer_version=version("resnet-explorer"),
    )


def _write_logits(graph: _Graph, network: Network, at: str) -> None:
    """Name the output; a single one becomes the two scores that it stands for."""
    if network.weights.outputs is Outputs.YES_OR_NO:
        graph.add("Concat", graph.add("Neg", at), at, axis=1, output=LOGITS)
    else:
        graph.add("Identity", at, output=LOGITS)


def _written(graph: _Graph, module: nn.Module, at: str) -> str:
    """Write a module, given the name of its input, and return the name of its output."""
    for kind, write in _WRITERS.items():
        if isinstance(module, kind):
            return write(graph, module, at)
    raise _refusal(module)


def _refusal(module: nn.Module) -> RequestError:
    return RequestError(
        f"A layer of the kind {type(module).__name__} cannot be written as ONNX here. "
        "Choose a ResNet."
    )


def _sequential(graph: _Graph, module: Any, at: str) -> str:
    for part in module:
        at = _written(graph, part, at)
    return at


def _basic_block(graph: _Graph, block: Any, at: str) -> str:
    return _residual(graph, block, at, ((block.conv1, block.bn1), (block.conv2, block.bn2)))


def _bottleneck(graph: _Graph, block: Any, at: str) -> str:
    layers = ((block.conv1, block.bn1), (block.conv2, block.bn2), (block.conv3, block.bn3))
    return _residual(graph, block, at, layers)


def _residual(graph: _Graph, block: Any, at: str, layers: tuple[tuple[Any, Any], ...]) -> str:
    """Write convolutions with batch norm and ReLU; the shortcut is added before the last ReLU."""
    branch = at
    for index, (convolution, norm) in enumerate(layers):
        branch = graph.add("Relu", branch) if index else branch
        branch = _batch_norm(graph, norm, _convolution(graph, convolution, branch))
    if not isinstance(block, PlainBasicBlock | PlainBottleneck):
        shortcut = at if block.downsample is None else _written(graph, block.downsample, at)
        branch = graph.add("Add", branch, shortcut)
    return graph.add("Relu", branch)


def _convolution(graph: _Graph, module: Any, at: str) -> str:
    return graph.add(
        "Conv",
        at,
        *graph.weight_and_bias(module),
        kernel_shape=module.kernel_size,
        strides=module.stride,
        pads=module.padding * 2,
        dilations=module.dilation,
        group=module.groups,
    )


def _batch_norm(graph: _Graph, module: Any, at: str) -> str:
    weights = [
        graph.weight(module, name) for name in ("weight", "bias", "running_mean", "running_var")
    ]
    return graph.add("BatchNormalization", at, *weights, epsilon=module.eps)


def _layer_norm(graph: _Graph, module: Any, at: str) -> str:
    return graph.add("LayerNormalization", at, *graph.weight_and_bias(module), epsilon=module.eps)


def _max_pool(graph: _Graph, module: Any, at: str) -> str:
    kernel, stride, padding = (
        (side, side) for side in (module.kernel_size, module.stride, module.padding)
    )
    return graph.add("MaxPool", at, kernel_shape=kernel, strides=stride, pads=padding * 2)


def _mean_pool(graph: _Graph, module: Any, at: str) -> str:
    if module.output_size not in (1, (1, 1)):
        raise _refusal(module)
    return graph.add("GlobalAveragePool", at)


def _maximum_and_mean(graph: _Graph, module: Any, at: str) -> str:
    pooled = graph.add("GlobalMaxPool", at), graph.add("GlobalAveragePool", at)
    return graph.add("Concat", *pooled, axis=1)


def _silu(graph: _Graph, module: Any, at: str) -> str:
    return graph.add("Mul", at, graph.add("Sigmoid", at))


_WRITERS: dict[type[nn.Module], Callable[[_Graph, Any, str], str]] = {
    nn.Sequential: _sequential,
    BasicBlock: _basic_block,
    Bottleneck: _bottleneck,
    nn.Conv2d: _convolution,
    nn.BatchNorm2d: _batch_norm,
    nn.BatchNorm1d: _batch_norm,
    nn.LayerNorm: _layer_norm,
    nn.MaxPool2d: _max_pool,
    nn.AdaptiveAvgPool2d: _mean_pool,
    MaximumAndMean: _maximum_and_mean,
    nn.Flatten: lambda graph, _, at: graph.add("Flatten", at, axis=1),
    nn.Linear: lambda graph, module, at: graph.add(
        "Gemm", at, *graph.weight_and_bias(module), transB=1
    ),
    nn.ReLU: lambda graph, _, at: graph.add("Relu", at),
    nn.GELU: lambda graph, _, at: graph.add("Gelu", at),
    nn.SiLU: _silu,
    nn.Tanh: lambda graph, _, at: graph.add("Tanh", at),
    nn.LeakyReLU: lambda graph, module, at: graph.add("LeakyRelu", at, alpha=module.negative_slope),
}
