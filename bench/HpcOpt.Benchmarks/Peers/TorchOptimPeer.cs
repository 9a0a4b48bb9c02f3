using TorchSharp;
using TorchSharp.Modules;

namespace HpcOpt.Benchmarks.Peers;

/// <summary>TorchSharp's <c>torch.optim</c>: a handful of PyTorch's tensor operations for each step.</summary>
internal sealed class TorchOptimPeer : IPeer
{
    private readonly torch.Tensor _gradient;
    private readonly Parameter _parameters;
    private readonly OptimizerHelper _optimizer;

    public TorchOptimPeer(PeerProblem problem)
    {
        torch.set_num_threads(problem.Threads);
        _gradient = TorchPeers.Vector(problem.Gradient);
        _parameters = new Parameter(TorchPeers.Vector(problem.Start), requires_grad: false) { grad = _gradient };
        _optimizer = problem.Rule switch
        {
            "adam" => torch.optim.Adam([_parameters], lr: 1e-3, beta1: 0.9, beta2: 0.999, eps: 1e-8),
            "adamw" => torch.optim.AdamW([_parameters], lr: 1e-3, beta1: 0.9, beta2: 0.999, eps: 1e-8, weight_decay: 0.01),
            "sgd" => torch.optim.SGD([_parameters], learningRate: 1e-3),
            "adagrad" => torch.optim.Adagrad([_parameters], lr: 1e-2, eps: 1e-10),
            _ => throw new ArgumentException(
                $"TorchSharp peer of rule {problem.Rule}: expected adam, adamw, sgd or adagrad.", nameof(problem)),
        };
    }

    public void Step(int count)
    {
        for (int i = 0; i < count; i++)
        {
            _optimizer.step();
        }
    }

    public void CopyParameters(Span<float> destination) => TorchPeers.Copy(_parameters, destination);

    public void Dispose()
    {
        _optimizer.Dispose();
        _parameters.Dispose();
        _gradient.Dispose();
    }
}
