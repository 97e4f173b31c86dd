"""Training of GCN, GAT, GAT beside own features, SAGE, a graph transformer and GFGN with pairwise gates in PyTorch Geometric, all nodes in each epoch: cross-entropy, Adam."""

import time

from serve import resident_bytes, serve

HEADS = 8


class Training:
    def prepare(self, task):
        import torch
        import torch_geometric
        from safetensors.torch import load_file

        torch.set_num_threads(task["threads"])
        start = resident_bytes()
        tensors = load_file(task["file"])
        checked = self.trainer(torch, tensors, task, dropout=0)
        losses = [checked() for _ in range(task["checkedEpochs"])]
        del checked
        self.epoch = self.trainer(torch, tensors, task, task["dropout"])
        version = f"PyG {torch_geometric.__version__} {task['called']}"
        return {"version": version, "losses": losses, "startBytes": start}

    def run(self, options):
        begin = time.perf_counter()
        for _ in range(options["steps"]):
            self.epoch()
        return {"milliseconds": (time.perf_counter() - begin) * 1e3 / options["steps"]}

    def trainer(self, torch, tensors, task, dropout):
        F = torch.nn.functional
        features = sparse_features(torch, tensors) if task["sparseFeatures"] else dense_features(torch, tensors)
        first, second, edges = layers(torch, tensors, task, features)
        prefixes = ("params.0.1.", "params.1.1.") if task["model"] in STACKED else ("params.first.", "params.second.")
        for layer, prefix in zip((first, second), prefixes):
            load(torch, layer, tensors, prefix, STACKED.get(task["model"], NAMES))
        activation = F.elu if task["model"] == "gat" else F.relu
        train = tensors["train"].long()
        labels = tensors["labels"].long()[train]
        parameters = [*first.parameters(), *second.parameters()]
        optimizer = torch.optim.Adam(
            parameters, lr=task["learningRate"], weight_decay=task["weightDecay"], fused=True
        )

        def epoch():
            optimizer.zero_grad()
            hidden = activation(first(features.dropped(dropout), edges))
            logits = second(F.dropout(hidden, dropout), edges)
            loss = F.cross_entropy(logits[train], labels)
            loss.backward()
            optimizer.step()
            return loss.item()

        return epoch


def dense_features(torch, tensors):
    if "x" in tensors:
        x = tensors["x"]
    else:
        starts, columns, values = (tensors[f"x.{name}"] for name in ("starts", "columns", "values"))
        x = torch.sparse_csr_tensor(starts, columns, values, size=tensors["x.size"].tolist()).to_dense()

    class Dense:
        cols = x.shape[1]

        @staticmethod
        def linear(outputs):
            return torch.nn.Linear(x.shape[1], outputs, bias=False)

        @staticmethod
        def dropped(rate):
            return torch.nn.functional.dropout(x, rate) if rate > 0 else x

    return Dense


def sparse_features(torch, tensors):
    """Features as a CSR tensor, whose products with weights use a transposed that is made once."""
    starts, columns, values = (tensors[f"x.{name}"] for name in ("starts", "columns", "values"))
    rows, cols = tensors["x.size"].tolist()
    order = torch.sort(columns, stable=True).indices
    row_of = torch.repeat_interleave(torch.arange(rows), starts.diff().long())
    transposed_columns = row_of[order].int()
    counts = torch.bincount(columns.long(), minlength=cols)
    transposed_starts = torch.cat([torch.zeros(1, dtype=torch.long), counts.cumsum(0)]).int()

    class Product(torch.autograd.Function):
        @staticmethod
        def forward(ctx, x, weight):
            ctx.values = x.values()
            return x @ weight

        @staticmethod
        def backward(ctx, grad):
            kept = ctx.values[order]
            return None, torch.sparse_csr_tensor(transposed_starts, transposed_columns, kept, size=(cols, rows)) @ grad

    class Linear(torch.nn.Module):
        def __init__(self, outputs):
            super().__init__()
            self.weight = torch.nn.Parameter(torch.empty(outputs, cols))

        def forward(self, x):
            return Product.apply(x, self.weight.T)

    class Sparse:
        linear = Linear

        @staticmethod
        def dropped(rate):
            kept = torch.nn.functional.dropout(values, rate) if rate > 0 else values
            return torch.sparse_csr_tensor(starts, columns, kept, size=(rows, cols))

    Sparse.cols = cols
    return Sparse


def layers(torch, tensors, task, features):
    """Both layers and the edges that they take."""
    from torch_geometric.nn import GATConv, GCNConv, SAGEConv, TransformerConv

    hidden, classes, model = task["hidden"], task["classes"], task["model"]
    edge_index = edges_of(torch, tensors)
    if model == "gat":
        first = GATConv(features.cols, hidden, heads=HEADS)
        first.lin = features.linear(HEADS * hidden)
        return first, GATConv(HEADS * hidden, classes), edge_index
    if model == "gatSep":
        heads = heads_of(hidden)
        layer = separate_layer(torch)
        first = layer(features.cols, hidden // heads, heads)
        return first, layer(hidden, classes, 1), edge_index
    if model == "sage":
        return SAGEConv(features.cols, hidden), SAGEConv(hidden, classes), edge_index
    if model == "graphTransformer":
        heads = heads_of(hidden)
        first = TransformerConv(features.cols, hidden // heads, heads=heads)
        return first, TransformerConv(hidden, classes), edge_index
    if model == "gcn":
        first = GCNConv(features.cols, hidden, cached=True)
        first.lin = features.linear(hidden)
        nodes = len(tensors["labels"])
        edges = adjacency_of(torch, edge_index, nodes) if task["sparseAdjacency"] else edge_index
        return first, GCNConv(hidden, classes, cached=True), edges
    layer, weights = pair_layer(torch), edge_weights(torch, edge_index)
    second = layer(torch.nn.Linear(hidden, classes, bias=False), classes, task["limit"])
    return layer(features.linear(hidden), hidden, task["limit"]), second, (edge_index, *weights)


def heads_of(hidden):
    """As many as our layers have for such a width."""
    return next((heads for heads in (HEADS, 4, 2) if hidden % heads == 0), 1)


def separate_layer(torch):
    from torch_geometric.nn import GATConv

    class Separate(torch.nn.Module):
        """Attention to neighbours without the node itself, and a linear map of its own features (Platonov et al. 2023)."""

        def __init__(self, inputs, width, heads):
            super().__init__()
            self.conv = GATConv(inputs, width, heads=heads, add_self_loops=False)
            self.own = torch.nn.Linear(inputs, heads * width, bias=False)

        def forward(self, x, edges):
            return self.conv(x, edges) + self.own(x)

    return Separate


def edges_of(torch, tensors):
    starts = tensors["starts"].long()
    targets = torch.repeat_interleave(torch.arange(len(starts) - 1), starts.diff())
    return torch.stack([tensors["columns"].long(), targets])


def adjacency_of(torch, edge_index, nodes):
    ones = torch.ones(edge_index.shape[1])
    return torch.sparse_coo_tensor(edge_index.flip(0), ones, (nodes, nodes)).coalesce().to_sparse_csr()


def edge_weights(torch, edge_index):
    """1 / D_i and 1 / sqrt(D_i D_j) as columns, D being the degrees with self loops."""
    degrees = torch.bincount(edge_index[1]) + 1.0
    source, target = edge_index
    return 1 / degrees[target, None], (degrees[target, None] * degrees[source, None]).rsqrt()


def pair_layer(torch):
    from torch_geometric.nn import MessagePassing

    class Pair(MessagePassing):
        """z_i - sum over j of limit * sigmoid(own_i + other_j) * (stay z_i - move z_j); self loops would add nothing."""

        def __init__(self, lin, width, limit):
            super().__init__(aggr="add")
            self.lin, self.limit = lin, limit
            self.own = torch.nn.Linear(width, width)
            self.other = torch.nn.Linear(width, width, bias=False)

        def forward(self, x, edges):
            edge_index, stay, move = edges
            z = self.lin(x)
            return z - self.propagate(edge_index, z=z, own=self.own(z), other=self.other(z), stay=stay, move=move)

        def message(self, z_i, z_j, own_i, other_j, stay, move):
            return self.limit * torch.sigmoid(own_i + other_j) * (stay * z_i - move * z_j)

    return Pair


# Our names of parameters.
NAMES = {
    "weight": "lin.weight",
    "bias": "bias",
    "left": "att_dst",
    "right": "att_src",
    "own": "own.weight",
    "other": "other.weight",
}
# Of models whose layers stand in a sequence.
STACKED = {
    "gatSep": {
        "weight": "conv.lin.weight",
        "bias": "conv.bias",
        "left": "conv.att_dst",
        "right": "conv.att_src",
        "own": "own.weight",
    },
    "sage": {"weight": "lin_l.weight", "bias": "lin_l.bias", "own": "lin_r.weight"},
    "graphTransformer": {
        f"{name}.{part}": f"lin_{name}.{part}" for name in ("query", "key", "value", "skip") for part in ("weight", "bias")
    },
}


def load(torch, layer, tensors, prefix, names):
    """Our matrices are inputs x outputs, those of a Linear the other way round."""
    parameters = dict(layer.named_parameters())
    with torch.no_grad():
        for name in [name for name in tensors if name.startswith(prefix)]:
            key = names[name.removeprefix(prefix)]
            parameter = parameters.pop("own.bias" if key not in parameters else key)
            matrix = key.endswith("weight")
            parameter.copy_(tensors[name].T if matrix else tensors[name].reshape(parameter.shape))
    if parameters:
        raise ValueError(f"no weights for {', '.join(parameters)}")


serve(Training())
