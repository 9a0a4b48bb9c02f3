using HpcOpt.Engine;
using HpcOpt.Formats;
using HpcOpt.Lanes;

namespace HpcOpt;

/// <content>Where the model is to be evaluated.</content>
public abstract unsafe partial class Optimizer<T>
{
    /// <summary>Writes the parameters at which the model is to be evaluated: a copy of θ unless <see cref="HasEvaluationPoint"/>.</summary>
    /// <param name="parameters">θ, <see cref="Length"/> numbers in any format that a step takes, as the last step left it.</param>
    /// <param name="destination">As many of type <typeparamref name="T"/>; the parameters themselves only after training.</param>
    /// <exception cref="ArgumentException">A length or format differs, or the memory overlaps in part. Nothing was written.</exception>
    /// <exception cref="ObjectDisposedException">A vector or the optimizer is disposed.</exception>
    public void WriteEvaluationPoint(in Operand<T> parameters, in Operand<T> destination)
    {
        if (destination.Kind != OperandKind.Dense || destination.Format != Arithmetic || destination.IsReadOnly)
        {
            throw new ArgumentException(
                $"The destination is in {destination.Format}; expected a vector of {typeof(T).Name} to write to.", nameof(destination));
        }

        if (parameters.Kind != OperandKind.Dense)
        {
            throw new NotSupportedException(
                "The evaluation point is that of parameters in one vector, not of tensors with addresses of their own.");
        }

        fixed (byte* p = &parameters.First, d = &destination.First)
        {
            // The destination takes the place of the parameters, which are only read.
            Memory->P = new(d, Arithmetic);
            Memory->G = new(p, parameters.Format, parameters.SecondAddress);
            CheckEvaluation(parameters, destination);
            CopyAndEvaluate();
        }

        GC.KeepAlive(parameters.Owner);
        GC.KeepAlive(destination.Owner);
        GC.KeepAlive(this);
    }

    /// <summary>Computes the evaluation point of the parameters in place; called only where <see cref="HasEvaluationPoint"/>.</summary>
    private protected virtual void Evaluate()
    {
    }

    private void CheckEvaluation(in Operand<T> parameters, in Operand<T> destination)
    {
        ObjectDisposedException.ThrowIf(IsDisposed, this);
        Guard.Length(parameters.Length, Length, nameof(parameters));
        Guard.Length(destination.Length, Length, nameof(destination));
        CheckOverlap(*Memory);
    }

    private void CopyAndEvaluate()
    {
        Numbers parameters = Memory->G;
        if (parameters.Address != Memory->P.Address)
        {
            Conversion<T, LanesPortable<T>>.Copy(parameters, 0, (T*)Memory->P.Address, Length);
            _deferred.WriteFlushed(Execution, Memory);
        }
        else
        {
            _deferred.Flush(Execution, Memory, _state.Length);
        }

        if (HasEvaluationPoint)
        {
            Memory->G = Memory->P;
            SetPrecision();
            Evaluate();
        }
    }
}
