"""Times training steps as a user of PyTorch would write them. A request a line:
MODEL SIZE BATCH STEPS   seconds of so many steps: batch, forward, loss, backward, clipping, optimizer, loss and accuracy read
"""
import sys
import time

import torch
import torch.nn.functional as F
from torch import nn

EXAMPLES = 1024


class Block(nn.Module):
    def __init__(self, inputs, outputs, stride):
        super().__init__()
        self.first, self.second = nn.Conv2d(inputs, outputs, 3, stride, 1, bias=False), nn.Conv2d(outputs, outputs, 3, 1, 1, bias=False)
        self.norm1, self.norm2 = nn.BatchNorm2d(outputs), nn.BatchNorm2d(outputs)
        self.shortcut = None
        if stride > 1 or inputs != outputs:
            self.shortcut = nn.Sequential(nn.Conv2d(inputs, outputs, 1, stride, bias=False), nn.BatchNorm2d(outputs))

    def forward(self, x):
        y = self.norm2(self.second(F.relu(self.norm1(self.first(x)))))
        return F.relu(y + (x if self.shortcut is None else self.shortcut(x)))


class ResNet(nn.Module):
    def __init__(self, widths, blocks, stem_stride):
        super().__init__()
        self.stem, self.norm = nn.Conv2d(3, widths[0], 3, stem_stride, 1, bias=False), nn.BatchNorm2d(widths[0])
        layers, inputs = [], widths[0]
        for stage, width in enumerate(widths):
            for block in range(blocks):
                layers.append(Block(inputs, width, 2 if stage > 0 and block == 0 else 1))
                inputs = width
        self.blocks, self.classifier = nn.Sequential(*layers), nn.Linear(inputs, 10)

    def forward(self, x):
        x = self.blocks(F.relu(self.norm(self.stem(x))))
        return self.classifier(F.adaptive_avg_pool2d(x, 1).flatten(1))


class Layer(nn.Module):
    def __init__(self, width, heads, ffn):
        super().__init__()
        self.heads = heads
        self.query, self.key, self.value, self.output = (nn.Linear(width, width) for _ in range(4))
        self.attention_norm, self.output_norm = nn.LayerNorm(width, 1e-12), nn.LayerNorm(width, 1e-12)
        self.ffn_in, self.ffn_out = nn.Linear(width, ffn), nn.Linear(ffn, width)

    def forward(self, x, batch):
        tokens, width = x.shape[0] // batch, x.shape[1]

        def heads(y):
            return y.view(batch, tokens, self.heads, -1).transpose(1, 2).reshape(batch * self.heads, tokens, -1)

        q, k, v = heads(self.query(x)), heads(self.key(x)), heads(self.value(x))
        scores = torch.baddbmm(torch.empty(1), q, k.transpose(1, 2), beta=0, alpha=(width // self.heads) ** -0.5)
        joined = torch.bmm(torch.softmax(scores, -1), v).view(batch, self.heads, tokens, -1).transpose(1, 2).reshape(batch * tokens, width)
        x = self.attention_norm(self.output(joined) + x)
        return self.output_norm(self.ffn_out(F.gelu(self.ffn_in(x))) + x)


class Encoder(nn.Module):
    def __init__(self, layers, width, heads, ffn, vocabulary, positions):
        super().__init__()
        self.width = width
        self.words, self.types = nn.Embedding(vocabulary, width), nn.Embedding(2, width)
        self.positions = nn.Parameter(torch.randn(positions, width))
        self.norm = nn.LayerNorm(width, 1e-12)
        self.layers = nn.ModuleList(Layer(width, heads, ffn) for _ in range(layers))
        self.pooler, self.classifier = nn.Linear(width, width), nn.Linear(width, 2)

    def forward(self, ids):
        batch, tokens = ids.shape
        x = self.norm(self.words(ids) + self.types.weight[0] + self.positions[:tokens]).view(batch * tokens, self.width)
        for layer in self.layers:
            x = layer(x, batch)
        return self.classifier(torch.tanh(self.pooler(x.view(batch, tokens, self.width)[:, 0])))


class Training:
    def __init__(self, name, size):
        self.clip = None
        if name == "dense-cnn":
            self.model = ResNet([64, 128, 256, 512], 2, 1) if size == "full" else ResNet([16, 32, 64], 1, 2)
            self.inputs, self.labels = torch.randn(EXAMPLES, 3, 32, 32), torch.randint(10, (EXAMPLES,))
            self.optimizer = torch.optim.SGD(self.groups(5e-4), lr=0.1, momentum=0.9)
        else:
            self.model = Encoder(2, 64, 4, 256, 512, 32)
            self.inputs, self.labels = torch.randint(512, (EXAMPLES, 32)), torch.randint(2, (EXAMPLES,))
            self.optimizer, self.clip = torch.optim.AdamW(self.groups(0.01), lr=1e-3), 1.0

    def groups(self, decay):
        """Decay of matrices and kernels alone, as is usual."""
        matrices = [m.weight for m in self.model.modules() if isinstance(m, (nn.Linear, nn.Conv2d))]
        ids = {id(p) for p in matrices}
        return [dict(params=matrices, weight_decay=decay),
                dict(params=[p for p in self.model.parameters() if id(p) not in ids], weight_decay=0.0)]

    def step(self, batch):
        chosen = torch.randperm(EXAMPLES)[:batch]
        labels = self.labels[chosen]
        logits = self.model(self.inputs[chosen])
        loss = F.cross_entropy(logits, labels)
        self.optimizer.zero_grad(set_to_none=True)
        loss.backward()
        # The gradient norm is logged; clipped where the recipe clips.
        torch.nn.utils.clip_grad_norm_(self.model.parameters(), self.clip or float("inf"))
        self.optimizer.step()
        return loss.item(), (logits.argmax(-1) == labels).float().mean().item()


def main():
    torch.set_num_threads(int(sys.argv[1]))
    trainings = {}
    print(f"PyTorch {torch.__version__}", flush=True)
    for line in sys.stdin:
        name, size, batch, steps = line.split()
        training = trainings.setdefault((name, size), Training(name, size))
        start = time.perf_counter()
        for _ in range(int(steps)):
            training.step(int(batch))
        print(time.perf_counter() - start, flush=True)


main()
