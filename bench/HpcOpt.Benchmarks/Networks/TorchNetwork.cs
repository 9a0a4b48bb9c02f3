using System.Diagnostics;
using HpcOpt.Benchmarks.Peers;
using HpcOpt.Training;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch.nn;

namespace HpcOpt.Benchmarks.Networks;

/// <summary>The same network in TorchSharp as its users write it: modules, autograd, <c>torch.optim.AdamW</c>.</summary>
internal sealed class TorchNetwork : INetwork
{
    private readonly Linear[] _linear;
    private readonly Sequential _model;
    private readonly OptimizerHelper _optimizer;
    private readonly torch.Tensor _features;
    private readonly torch.Tensor _targets;
    private TimeSpan _optimizerTime;

    /// <param name="arrays">The rows, which it uses in place.</param>
    /// <param name="ours">Whose parameters it starts from; torch keeps each matrix transposed.</param>
    /// <param name="layout">Where they lie.</param>
    public TorchNetwork((float[] Features, float[] Targets) arrays, ReadOnlySpan<float> ours, ParameterLayout layout)
    {
        using IDisposable scope = torch.no_grad();
        int[] widths = [NetworkProblem.Features, .. NetworkProblem.Hidden, NetworkProblem.Classes];
        _linear = [.. widths.SkipLast(1).Zip(widths.Skip(1), (inputs, outputs) => Linear(inputs, outputs))];
        for (int l = 0; l < _linear.Length; l++)
        {
            using torch.Tensor weight = Tensor(ours, layout[$"w{l + 1}"]), bias = Tensor(ours, layout[$"b{l + 1}"]),
                transposed = weight.t();
            _linear[l].weight!.copy_(transposed);
            _linear[l].bias!.copy_(bias);
        }

        _model = Sequential(
            [.. _linear.SelectMany(
                (linear, l) => l < _linear.Length - 1 ? (Module<torch.Tensor, torch.Tensor>[])[linear, ReLU()] : [linear])]);
        _optimizer = torch.optim.AdamW(_model.parameters(), lr: 1e-3, beta1: 0.9, beta2: 0.999, eps: 1e-8, weight_decay: 0.01);
        _features = torch.from_array(arrays.Features).reshape(NetworkProblem.Rows, NetworkProblem.Features);
        _targets = torch.tensor(Array.ConvertAll(arrays.Targets, y => (long)y));
    }

    public double OptimizerSeconds => _optimizerTime.TotalSeconds;

    public double Gradient(ReadOnlySpan<int> rows, Span<float> gradient)
    {
        using DisposeScope scope = torch.NewDisposeScope();
        double loss = Backward(rows).item<float>();
        int start = 0;
        foreach (Linear linear in _linear)
        {
            TorchPeers.Copy(linear.weight!.grad!.t().contiguous().flatten(), gradient.Slice(start, (int)linear.weight.numel()));
            start += (int)linear.weight.numel();
            TorchPeers.Copy(linear.bias!.grad!, gradient.Slice(start, (int)linear.bias.numel()));
            start += (int)linear.bias.numel();
        }

        return loss;
    }

    public double Epoch(ulong epoch)
    {
        EpochBatches batches = NetworkProblem.Batches(epoch);
        double loss = 0;
        for (int j = 0; j < batches.Count; j++)
        {
            using DisposeScope scope = torch.NewDisposeScope();
            loss += Backward(batches[j]).item<float>();
            long start = Stopwatch.GetTimestamp();
            _optimizer.step();
            _optimizerTime += Stopwatch.GetElapsedTime(start);
        }

        return loss / batches.Count;
    }

    public void Dispose()
    {
        _optimizer.Dispose();
        _model.Dispose();
        _features.Dispose();
        _targets.Dispose();
    }

    private torch.Tensor Backward(ReadOnlySpan<int> rows)
    {
        torch.Tensor index = torch.tensor(Array.ConvertAll(rows.ToArray(), row => (long)row));
        _optimizer.zero_grad();
        torch.Tensor loss = functional.cross_entropy(_model.forward(_features.index_select(0, index)), _targets.index_select(0, index));
        loss.backward();
        return loss;
    }

    private static torch.Tensor Tensor(ReadOnlySpan<float> parameters, ParameterSegment segment) =>
        torch.tensor(parameters.Slice((int)segment.Start, (int)segment.Length).ToArray(), [.. segment.Shape.Select(n => (long)n)]);
}
