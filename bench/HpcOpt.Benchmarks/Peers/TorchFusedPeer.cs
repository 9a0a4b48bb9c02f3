using TorchSharp;

namespace HpcOpt.Benchmarks.Peers;

/// <summary>PyTorch's fused CPU kernels, what <c>fused=True</c> selects in Python, through TorchScript.</summary>
/// <remarks>
/// The kernels take lists of tensors. The lists are made outside of the script: TorchScript does not see that a kernel writes to
/// the elements of a list that the script itself made, and would drop the call.
/// </remarks>
internal sealed class TorchFusedPeer : IPeer
{
    private readonly bool _isLooped;
    private readonly torch.jit.CompilationUnit _script;
    private readonly torch.Tensor[][] _lists;

    /// <param name="problem">What to do.</param>
    /// <param name="isLooped">Whether one call of the script takes all the steps, or each step is a call.</param>
    public TorchFusedPeer(PeerProblem problem, bool isLooped)
    {
        (string kernel, int stateCount) = Kernel(problem.Rule);
        torch.set_num_threads(problem.Threads);
        _isLooped = isLooped;
        _script = torch.jit.compile(
            $"""
            def step(p: List[Tensor], g: List[Tensor], s: List[Tensor], r: List[Tensor], t: List[Tensor]):
                for number in t:
                    number.add_(1)
                torch.{kernel}

            def steps(p: List[Tensor], g: List[Tensor], s: List[Tensor], r: List[Tensor], t: List[Tensor], count: int):
                for _ in range(count):
                    step(p, g, s, r, t)

            """);
        int length = problem.Start.Length;
        _lists =
        [
            [TorchPeers.Vector(problem.Start)],
            [TorchPeers.Vector(problem.Gradient)],
            stateCount > 0 ? [torch.zeros(length)] : [],
            stateCount > 1 ? [torch.zeros(length)] : [],
            stateCount > 0 ? [torch.zeros([])] : [],
        ];
    }

    public void Step(int count)
    {
        if (_isLooped)
        {
            _script.invoke("steps", [.. _lists, count]);
            return;
        }

        for (int i = 0; i < count; i++)
        {
            _script.invoke("step", _lists);
        }
    }

    public void CopyParameters(Span<float> destination) => TorchPeers.Copy(_lists[0][0], destination);

    public void Dispose()
    {
        foreach (torch.Tensor tensor in _lists.SelectMany(list => list))
        {
            tensor.Dispose();
        }

        _script.Dispose();
    }

    // Behind the gradients: m, v and no maxima of v, or the sum of squares; then the step numbers, which the caller advances.
    private static (string Call, int StateCount) Kernel(string rule) => rule switch
    {
        "adam" => (Adam("_fused_adam_", "0.0"), 2),
        "adamw" => (Adam("_fused_adamw_", "0.01"), 2),
        "sgd" => (
            "_fused_sgd_(p, g, s, weight_decay=0.0, momentum=0.0, lr=1e-3, dampening=0.0, nesterov=False, maximize=False, "
            + "is_first_step=False)", 0),
        "adagrad" => ("_fused_adagrad_(p, g, s, t, lr=1e-2, lr_decay=0.0, weight_decay=0.0, eps=1e-10, maximize=False)", 1),
        _ => throw new ArgumentException($"PyTorch peer of rule {rule}: expected adam, adamw, sgd or adagrad.", nameof(rule)),
    };

    private static string Adam(string kernel, string decay) =>
        $"{kernel}(p, g, s, r, [], t, lr=1e-3, beta1=0.9, beta2=0.999, weight_decay={decay}, eps=1e-8, amsgrad=False, maximize=False)";
}
