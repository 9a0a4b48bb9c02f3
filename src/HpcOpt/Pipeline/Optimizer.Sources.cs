using HpcOpt.Engine;

namespace HpcOpt;

/// <content>What a step takes its gradient from.</content>
public abstract unsafe partial class Optimizer<T>
{
    private StepReport StepOther(in Operand<T> parameters, in Operand<T> gradient)
    {
        if (parameters.Kind is not (OperandKind.Dense or OperandKind.Tensors))
        {
            throw new ArgumentException(
                $"{parameters.Owner!.GetType().Name} holds gradients; expected memory for the parameters.", nameof(parameters));
        }

        ObjectDisposedException.ThrowIf(IsDisposed, this);
        Guard.Length(gradient.Length, Length, nameof(gradient));
        switch (gradient.Kind)
        {
            case OperandKind.Sparse:
                return StepRows(parameters, (SparseGradient<T>)gradient.Owner!);
            case OperandKind.Accumulated:
                var accumulator = (GradientAccumulator<T>)gradient.Owner!;
                Memory->G = new(accumulator.Sum(out double scale), Arithmetic);
                Check(parameters, gradient);
                StepReport report = Run(Tensors(parameters, gradient), null, new GradientSources<T> { Count = 1 }, scale);
                accumulator.Clear();
                return report;
            case OperandKind.Sum:
                return StepSum(parameters, gradient, (GradientSum<T>)gradient.Owner!);
            default:
                Check(parameters, gradient);
                return Run(Tensors(parameters, gradient), null, new GradientSources<T> { Count = 1 }, scale: 1);
        }
    }

    private StepReport StepSum(in Operand<T> parameters, in Operand<T> gradient, GradientSum<T> sum)
    {
        byte** sources = stackalloc byte*[sum.Count];
        for (int k = sum.Count - 1; k >= 0; k--)
        {
            sources[k] = sum.AddressOf(k);
            Memory->G = new(sources[k], gradient.Format);
            Check(parameters, gradient);
            if (k > 0 && gradient.Format == Arithmetic)
            {
                nint bytes = Length * sizeof(T);
                Guard.Disjoint(sum.AddressOf(0), bytes, sources[k], bytes, "gradients[0], which receives the sum,", "another gradient");
                Guard.Disjoint(sum.AddressOf(0), bytes, Memory->P.Address, Length * Memory->P.Format.Bytes(),
                    "gradients[0], which receives the sum,", nameof(parameters));
            }
        }

        var all = new GradientSources<T> { First = sources, Count = sum.Count, Format = gradient.Format };
        if (sum.Count > 1)
        {
            all.Sum = sum.Sum(Execution);
            Memory->G = new(all.Sum, Arithmetic);
        }

        return Run(Tensors(parameters, gradient), null, all, sum.Scale);
    }
}
