using TorchSharp;

namespace HpcOpt.Benchmarks.Peers;

/// <summary>All that surrounds a step, as PyTorch does it: one call after another, in one TorchScript function.</summary>
internal sealed class TorchTail : IDisposable
{
    private readonly torch.jit.CompilationUnit _script = torch.jit.compile(
        """
        def step(p: List[Tensor], g: List[Tensor], s: List[Tensor], r: List[Tensor], t: List[Tensor], sources: List[Tensor], average: List[Tensor]):
            t[0].add_(1)
            for source in sources:
                g[0].add_(source)
            g[0].mul_(0.25)
            norm = torch.linalg_vector_norm(g[0])
            g[0].mul_(torch.clamp(1.0 / (norm + 1e-6), max=1.0))
            torch._fused_adamw_(p, g, s, r, [], t, lr=1e-3, beta1=0.9, beta2=0.999, weight_decay=0.01, eps=1e-8, amsgrad=False, maximize=False)
            for a in average:
                a.lerp_(p[0], 0.001)

        """);

    private readonly torch.Tensor[][] _lists;

    public TorchTail(int length, int threads, bool averages)
    {
        torch.set_num_threads(threads);
        torch.Tensor Ones() => torch.full([length], 0.01f);
        _lists =
        [
            [torch.ones(length)], [Ones()], [torch.zeros(length)], [torch.zeros(length)], [torch.zeros([])],
            [Ones(), Ones(), Ones()], averages ? [torch.ones(length)] : [],
        ];
    }

    public void Step() => _script.invoke("step", _lists);

    public void Dispose()
    {
        foreach (torch.Tensor tensor in _lists.SelectMany(list => list))
        {
            tensor.Dispose();
        }

        _script.Dispose();
    }
}
