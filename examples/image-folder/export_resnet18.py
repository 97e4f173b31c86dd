"""Writes resnet18.onnx with the weights that torchvision downloads: pip install torch torchvision onnx"""

import torch
import torchvision

model = torchvision.models.resnet18(weights="IMAGENET1K_V1").eval()
batch = {0: "batch"}
torch.onnx.export(
    model, (torch.zeros(1, 3, 224, 224),), "resnet18.onnx", dynamo=False, opset_version=18,
    input_names=["images"], output_names=["scores"], dynamic_axes={"images": batch, "scores": batch},
)
