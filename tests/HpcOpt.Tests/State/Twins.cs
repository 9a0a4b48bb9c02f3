namespace HpcOpt.Tests.State;

/// <summary>Two optimizers that take the same good steps; one of them also fails.</summary>
internal sealed class Twins : IDisposable
{
    private readonly Optimizer<float> _fails;
    private readonly Optimizer<float> _never;
    private readonly float[] _theta;
    private readonly float[] _expected;

    public Twins(Func<Optimizer<float>> create, StepOptions options)
    {
        (_fails, _never) = (create(), create());
        (_theta, _expected) = (TestData.Numbers<float>((int)_fails.Length, 7), TestData.Numbers<float>((int)_fails.Length, 7));
        Options = options;
    }

    /// <summary>Of both; each has a loss scaler of its own.</summary>
    public StepOptions Options
    {
        get => _fails.Options;
        set
        {
            StepOptions Own() => value.LossScaler is not { } scaler ? value
                : value with { LossScaler = new() { Scale = scaler.Scale, GrowthInterval = scaler.GrowthInterval } };
            (_fails.Options, _never.Options) = (Own(), Own());
        }
    }

    /// <summary>A step that must fail, under other options and another schedule.</summary>
    public void Fail<TException>(Action<Optimizer<float>, float[]> step, StepOptions? options = null, Schedule? schedule = null)
        where TException : Exception
    {
        StepOptions own = Options;
        byte[] before = Everything.Of(_fails, _theta);
        if (options is not null)
            _fails.Options = options;
        _fails.Schedule = schedule;
        Assert.ThrowsAny<TException>(() => step(_fails, _theta));
        _fails.Schedule = null;
        if (options is not null)
            _fails.Options = own;
        if (!before.AsSpan().SequenceEqual(Everything.Of(_fails, _theta)))
            Assert.Fail($"Something changed although {typeof(TException).Name} was thrown.");
    }

    /// <summary>A good step of both.</summary>
    public void Step(in Operand<float> gradient)
    {
        StepReport report = _fails.Step(_theta, gradient);
        Assert.Equal(_never.Step(_expected, gradient), report);
        Assert.Equal(Everything.Of(_never, _expected), Everything.Of(_fails, _theta));
    }

    public void Dispose()
    {
        _fails.Dispose();
        _never.Dispose();
    }
}

/// <summary>A schedule of the user's.</summary>
internal sealed class Given(Func<double> factor) : Schedule
{
    public override string ToString() => "given";

    protected override double FactorAt(long step) => factor();
}

/// <summary>Fails at a call; until then it is that of one process.</summary>
internal sealed class FailingReducer(int call) : IStepReducer
{
    private int _calls;

    public void Add(Span<double> sums) => Count();

    public void Max(Span<double> values) => Count();

    private void Count()
    {
        if (_calls++ == call)
            throw new TimeZoneNotFoundException("The reduction failed.");
    }
}
