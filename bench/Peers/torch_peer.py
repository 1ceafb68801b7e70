"""Times what a user of PyTorch would write. A request a line:
forward N         N forward passes of BERT-base: seconds of each
op NAME SECONDS   torch.utils.benchmark's blocked_autorange: median seconds of one run, runs a block
"""
import sys
import time

import torch
import torch.nn.functional as F
from torch import nn
from torch.utils import benchmark

LAYERS, WIDTH, HEADS, FFN, VOCABULARY, POSITIONS, TOKENS, CLASSES = 12, 768, 12, 3072, 30522, 512, 128, 2


class Layer(nn.Module):
    def __init__(self):
        super().__init__()
        self.query, self.key, self.value, self.output = (nn.Linear(WIDTH, WIDTH) for _ in range(4))
        self.attention_norm, self.output_norm = nn.LayerNorm(WIDTH, 1e-12), nn.LayerNorm(WIDTH, 1e-12)
        self.ffn_in, self.ffn_out = nn.Linear(WIDTH, FFN), nn.Linear(FFN, WIDTH)

    def forward(self, x):
        tokens = x.shape[0]

        def heads(y):
            return y.view(1, tokens, HEADS, -1).transpose(1, 2).reshape(HEADS, tokens, -1)

        q, k, v = heads(self.query(x)), heads(self.key(x)), heads(self.value(x))
        scores = torch.baddbmm(torch.empty(1), q, k.transpose(1, 2), beta=0, alpha=(WIDTH // HEADS) ** -0.5)
        joined = torch.bmm(torch.softmax(scores, -1), v).view(1, HEADS, tokens, -1).transpose(1, 2).reshape(tokens, WIDTH)
        x = self.attention_norm(self.output(joined) + x)
        return self.output_norm(self.ffn_out(F.gelu(self.ffn_in(x))) + x)


class Bert(nn.Module):
    def __init__(self):
        super().__init__()
        self.words, self.types = nn.Embedding(VOCABULARY, WIDTH), nn.Embedding(2, WIDTH)
        self.positions = nn.Parameter(torch.randn(POSITIONS, WIDTH))
        self.norm = nn.LayerNorm(WIDTH, 1e-12)
        self.layers = nn.ModuleList(Layer() for _ in range(LAYERS))
        self.pooler, self.classifier = nn.Linear(WIDTH, WIDTH), nn.Linear(WIDTH, CLASSES)

    def forward(self, ids):
        tokens = ids.shape[1]
        x = self.norm(self.words(ids) + self.types.weight[0] + self.positions[:tokens]).view(tokens, WIDTH)
        for layer in self.layers:
            x = layer(x)
        return self.classifier(torch.tanh(self.pooler(x.view(1, tokens, WIDTH)[:, 0])))


def operands():
    r = torch.randn
    return {
        "matmul_512": ("torch.matmul(a, b)", dict(a=r(512, 512), b=r(512, 512))),
        "matmul_1024": ("torch.matmul(a, b)", dict(a=r(1024, 1024), b=r(1024, 1024))),
        "bmm_12x128x64": ("torch.bmm(a, b)", dict(a=r(12, 128, 64), b=r(12, 64, 128))),
        "linear_128x768x768": ("F.linear(a, b, c)", dict(a=r(128, 768), b=r(768, 768), c=r(768))),
        "linear_128x3072x768": ("F.linear(a, b, c)", dict(a=r(128, 768), b=r(3072, 768), c=r(3072))),
        "conv2d_64x32x32": ("F.conv2d(a, b, None, 1, 1)", dict(a=r(1, 64, 32, 32), b=r(64, 64, 3, 3))),
        "conv2d_256x8x8": ("F.conv2d(a, b, None, 1, 1)", dict(a=r(4, 256, 8, 8), b=r(256, 256, 3, 3))),
        "softmax_1536x128": ("torch.softmax(a, -1)", dict(a=r(1536, 128))),
        "layer_norm_1024x768": ("F.layer_norm(a, (768,), b, c)", dict(a=r(1024, 768), b=r(768), c=r(768))),
        "gelu_128x3072": ("F.gelu(a)", dict(a=r(128, 3072))),
    }


def main():
    threads = int(sys.argv[1])
    torch.set_num_threads(threads)
    torch.set_grad_enabled(False)
    ops, model, ids = operands(), None, torch.randint(VOCABULARY, (1, TOKENS))
    print(f"PyTorch {torch.__version__}", flush=True)
    for line in sys.stdin:
        verb, *rest = line.split()
        if verb == "forward":
            model = model or Bert().eval()
            seconds = []
            for _ in range(int(rest[0])):
                start = time.perf_counter()
                model(ids)
                seconds.append(time.perf_counter() - start)
            print(*seconds, flush=True)
        else:
            statement, values = ops[rest[0]]
            timer = benchmark.Timer(statement, globals=dict(values, torch=torch, F=F), num_threads=threads)
            measured = timer.blocked_autorange(min_run_time=float(rest[1]))
            print(measured.median, measured.number_per_run, flush=True)


main()
