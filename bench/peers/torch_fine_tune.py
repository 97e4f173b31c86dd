"""A fine-tuning step in PyTorch, eager: MiniLM with a head on the mean of its tokens and AdamW, or torchvision's resnet18 with momentum."""

import time

from serve import serve

HEADS = 12
EPSILON = 1e-12


class Training:
    def prepare(self, task):
        import torch
        from safetensors.torch import load_file

        torch.set_num_threads(task["threads"])
        tensors = load_file(task["file"])
        weights = {name[7:]: tensor for name, tensor in tensors.items() if name.startswith("params.")}
        batch = {name: tensor for name, tensor in tensors.items() if not name.startswith("params.")}
        model, self.step, optimizer = (mini_lm if task["network"] == "mini-lm" else res_net)(torch, weights, batch, task)
        losses = [self.step() for _ in range(task["checkedSteps"])]
        return {"version": f"PyTorch {torch.__version__} eager, {optimizer}{model}", "losses": losses}

    def run(self, options):
        begin = time.perf_counter()
        for _ in range(options["steps"]):
            self.step()
        return {"milliseconds": (time.perf_counter() - begin) * 1e3 / options["steps"]}


def trainer(optimizer, loss_of_batch):
    def step():
        optimizer.zero_grad()
        loss = loss_of_batch()
        loss.backward()
        optimizer.step()
        return loss.item()

    return step


def mini_lm(torch, weights, batch, task):
    """BertModel as transformers has it, with its two forms of attention."""
    nn, F = torch.nn, torch.nn.functional
    tokens, mask, y = batch["tokens"].long(), batch["mask"], batch["y"].long()
    rows, length = tokens.shape
    positions = torch.arange(length)[None]
    types = torch.zeros_like(tokens)
    hidden = (1 - mask[:, None, None, :]) * torch.finfo(torch.float32).min
    whole = hidden.expand(rows, 1, length, length)

    def linear(name):
        weight, bias = weights[f"{name}.weight"], weights[f"{name}.bias"]
        layer = nn.Linear(*weight.shape)
        with torch.no_grad():
            layer.weight.copy_(weight.T)
            layer.bias.copy_(bias)
        return layer

    def norm(name):
        layer = nn.LayerNorm(len(weights[f"{name}.weight"]), eps=EPSILON)
        with torch.no_grad():
            layer.weight.copy_(weights[f"{name}.weight"])
            layer.bias.copy_(weights[f"{name}.bias"])
        return layer

    def embedding(name):
        return nn.Embedding.from_pretrained(weights[f"embeddings.{name}"].clone(), freeze=False)

    class Layer(nn.Module):
        def __init__(self, at):
            super().__init__()
            for name in ("query", "key", "value", "attention", "intermediate", "output"):
                setattr(self, name, linear(f"layers.{at}.{name}"))
            self.attention_norm = norm(f"layers.{at}.attentionNorm")
            self.output_norm = norm(f"layers.{at}.outputNorm")

        def forward(self, x):
            q, k, v = (
                each(x).view(rows, length, HEADS, -1).transpose(1, 2) for each in (self.query, self.key, self.value)
            )
            if task["attention"] == "sdpa":
                mixed = F.scaled_dot_product_attention(q, k, v, attn_mask=whole)
            else:
                scores = torch.matmul(q, k.transpose(-1, -2)) / q.shape[-1] ** 0.5 + hidden
                mixed = torch.matmul(scores.softmax(-1), v)
            x = self.attention_norm(self.attention(mixed.transpose(1, 2).reshape(x.shape)) + x)
            return self.output_norm(self.output(F.gelu(self.intermediate(x))) + x)

    class MiniLm(nn.Module):
        def __init__(self):
            super().__init__()
            self.word, self.position, self.kind = (embedding(name) for name in ("word", "position", "type"))
            self.norm = norm("embeddings.norm")
            count = 1 + max(int(name.split(".")[1]) for name in weights if name.startswith("layers."))
            self.layers = nn.Sequential(*(Layer(at) for at in range(count)))
            self.head = linear("head")

        def forward(self):
            x = self.layers(self.norm(self.word(tokens) + self.kind(types) + self.position(positions)))
            kept = mask[:, :, None]
            return self.head((x * kept).sum(1) / kept.sum(1))

    model = MiniLm()
    fused = True if task["fused"] else None
    rate, decay = task["learningRate"], task["weightDecay"]
    optimizer = torch.optim.AdamW(model.parameters(), lr=rate, weight_decay=decay, fused=fused)
    named = f"{'fused' if fused else 'default'} AdamW"
    return f", {task['attention']} attention", trainer(optimizer, lambda: F.cross_entropy(model(), y)), named


def res_net(torch, weights, batch, task):
    import torchvision

    x, y = batch["x"], batch["y"].long()
    model = torchvision.models.resnet18(num_classes=len(weights["head.bias"]))
    parameters = dict(model.named_parameters())
    # Ours are in the order of the file: convolutions with their normalizations, the shortcut behind those of its block.
    convolutions = [name for name in parameters if parameters[name].ndim == 4]
    with torch.no_grad():
        for at, name in enumerate(convolutions):
            norm = name.replace("downsample.0", "downsample.1").replace("conv", "bn").removesuffix(".weight")
            parameters[name].copy_(weights[f"units.{at}.weight"])
            parameters[f"{norm}.weight"].copy_(weights[f"units.{at}.gamma"])
            parameters[f"{norm}.bias"].copy_(weights[f"units.{at}.beta"])
        model.fc.weight.copy_(weights["head.weight"].T)
        model.fc.bias.copy_(weights["head.bias"])
    if task["channelsLast"]:
        model, x = model.to(memory_format=torch.channels_last), x.to(memory_format=torch.channels_last)
    model.train()
    optimizer = torch.optim.SGD(
        model.parameters(), lr=task["learningRate"], momentum=task["momentum"], weight_decay=task["weightDecay"]
    )
    loss = torch.nn.CrossEntropyLoss()
    layout = ", channels last" if task["channelsLast"] else ""
    return layout, trainer(optimizer, lambda: loss(model(x), y)), "SGD with momentum"


serve(Training())
