using HpcOpt.Engine;

namespace HpcOpt;

/// <content>What a step keeps beside the parameters: the average and the copy.</content>
public abstract unsafe partial class Optimizer<T>
{
    /// <summary>What a step writes before its update, once nothing can fail: deferred decay, an average and a copy that begin.</summary>
    private protected void Begin(in StepContext<T> step)
    {
        bool isFirst = (_average is not null && !_hasAverage) || (_copy is not null && !_hasCopy);
        if (step.Extras->Rows == null || isFirst)
        {
            _deferred.Flush(Execution, Memory, _state.Length);
        }

        if (isFirst)
        {
            _publish ??= new PublishPass<T>(Execution);
            RangePlan plan = Ranges.Each();
            foreach (StateView? vector in (ReadOnlySpan<StateView?>)[_hasAverage ? null : _average, _hasCopy ? null : _copy])
            {
                if (vector is not null)
                {
                    _publish.Copy(plan, vector.Numbers, Memory->P, step.Extras->Tensors.OfAllParameters);
                }
            }
        }

        if (step.Extras->Rows != null)
        {
            BeginRows(step.Extras->Rows);
        }
    }

    /// <summary>Brings the average and the copy up to date where the update has not.</summary>
    private void Publish(TensorAddresses tensors, RowPass<T>* rows, double share)
    {
        bool copies = _copy is not null && (Cost is null || rows != null);
        if (share > 0 || copies)
        {
            // Rows that did not appear are behind.
            _deferred.Flush(Execution, Memory, _state.Length);
            _publish ??= new PublishPass<T>(Execution);
            RangePlan plan = tensors.IsNone ? Ranges.Active : Ranges.ActiveTensors;
            if (share > 0)
            {
                _publish.MoveToward(plan, _average!.Numbers, Memory->P, tensors.OfParameters, share);
            }

            if (copies)
            {
                _publish.Copy(plan, _copy!.Numbers, Memory->P, tensors.OfParameters);
            }
        }
    }

    /// <summary>A gradient of the optimizer's own, scaled and limited, for an update that cannot do that itself.</summary>
    private void LimitGradient(TensorAddresses tensors, double scale, double limit)
    {
        _publish ??= new PublishPass<T>(Execution);
        _limited ??= new NativeVector<T>(Length, Execution);
        _publish.Limit(tensors.IsNone ? Ranges.Active : Ranges.ActiveTensors, new(_limited.Pointer, Arithmetic), Memory->G,
            tensors.OfGradients, scale, limit);
        Memory->G = new(_limited.Pointer, Arithmetic);
    }

    private void SetUp(ref StateView? vector, string name, NumberFormat format, bool isWanted)
    {
        if (isWanted)
        {
            vector ??= new StateView(name, format, Length, scales: 0, Execution, $"the {name}");
        }
        else
        {
            vector?.Dispose();
            vector = null;
        }
    }

    private void VisitPipeline(StateVisitor visitor)
    {
        visitor.Fixed("average", _average is null ? "absent" : "present");
        if (_average is not null)
        {
            visitor.Flag("average.started", ref _hasAverage);
            _average.Visit(visitor, "average.values");
        }

        visitor.Within("scaler", Options.LossScaler);
    }

    private void DisposePipeline()
    {
        _average?.Dispose();
        _copy?.Dispose();
        _limited?.Dispose();
    }
}
