using System.Globalization;
using System.Numerics;

namespace HpcOpt;

/// <summary>An optimizer whose hyperparameters are read and set by name, before it is created.</summary>
/// <example>
/// <code>
/// OptimizerConfiguration adamW = OptimizerCatalogue.Core["adamw"].Create();
/// adamW.Set("beta1", 0.95);
/// using Optimizer&lt;float&gt; optimizer = adamW.CreateOptimizer&lt;float&gt;(1_000_000);
/// </code>
/// </example>
public abstract class OptimizerConfiguration
{
    private protected OptimizerConfiguration(OptimizerDescription description)
    {
        ArgumentNullException.ThrowIfNull(description);
        Description = description;
    }

    /// <summary>What is configured.</summary>
    public OptimizerDescription Description { get; }

    /// <summary>Name of the optimizer.</summary>
    public string Name => Description.Name;

    /// <summary>Learning rate η ≥ 0.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is negative or not finite.</exception>
    public abstract double LearningRate { get; set; }

    /// <summary>
    /// What is kept from step to step with these hyperparameters: the vectors of a rule; of an optimizer that works on matrices, those for
    /// one matrix and one vector.
    /// </summary>
    public abstract IReadOnlyList<StateVector> State { get; }

    /// <summary>The value of a hyperparameter; 1 or 0 of a switch.</summary>
    /// <param name="hyperparameter">Its name in kebab case.</param>
    /// <exception cref="ArgumentException">There is none of that name.</exception>
    public double Get(string hyperparameter) => Read(Description[hyperparameter]);

    /// <summary>Sets a hyperparameter; a whole number by a whole one, a switch by 1 or 0.</summary>
    /// <param name="hyperparameter">Its name in kebab case.</param>
    /// <param name="value">The value.</param>
    /// <exception cref="ArgumentException">There is none of that name, or the value is not of its kind. Nothing has changed.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The value is out of range. Nothing has changed.</exception>
    public void Set(string hyperparameter, double value)
    {
        Hyperparameter found = Description[hyperparameter];
        string text = value.ToString(CultureInfo.InvariantCulture);
        Assign(found, found.IsOfKind(value) ? value : throw NotOfKind(found, text), text);
    }

    /// <summary>Turns a switch on or off.</summary>
    /// <inheritdoc cref="Set(string, double)"/>
    public void Set(string hyperparameter, bool value)
    {
        Hyperparameter found = Description[hyperparameter];
        string text = value ? "true" : "false";
        Assign(found, found.Kind == HyperparameterKind.Switch ? value ? 1 : 0 : throw NotOfKind(found, text), text);
    }

    /// <summary>Sets a hyperparameter by text: <c>0.95</c>, <c>1e-8</c>, <c>true</c>, whatever the culture.</summary>
    /// <inheritdoc cref="Set(string, double)"/>
    public void Set(string hyperparameter, string value)
    {
        Hyperparameter found = Description[hyperparameter];
        Assign(found, found.TryParse(value, out double number) ? number : throw NotOfKind(found, value), value);
    }

    /// <summary>An optimizer for a vector of parameters.</summary>
    /// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
    /// <param name="length">Number of parameters, from 0.</param>
    /// <param name="execution">Path and threads; none means <see cref="Execution.Default"/>.</param>
    /// <param name="storage">In how many bits the state is kept; none means in the precision of the arithmetic.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="length"/> is negative.</exception>
    /// <exception cref="ArgumentException">The optimizer is not made for so many parameters, or not for this storage.</exception>
    /// <exception cref="OutOfMemoryException">There is no memory for the state.</exception>
    public abstract Optimizer<T> CreateOptimizer<T>(nint length, Execution? execution = null, Storage? storage = null)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>;

    /// <summary>An optimizer for the segments of a layout, each a layer, or a matrix, of its own.</summary>
    /// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
    /// <param name="layout">The segments.</param>
    /// <param name="execution">Path and threads; none means <see cref="Execution.Default"/>.</param>
    /// <param name="storage">In how many bits the state is kept; none means in the precision of the arithmetic.</param>
    /// <exception cref="ArgumentException">The optimizer is not made for this layout, or not for this storage.</exception>
    /// <exception cref="OutOfMemoryException">There is no memory for the state.</exception>
    public abstract Optimizer<T> CreateOptimizer<T>(ParameterLayout layout, Execution? execution = null, Storage? storage = null)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>;

    private protected abstract double Read(Hyperparameter hyperparameter);

    private protected abstract void Write(Hyperparameter hyperparameter, double value);

    private void Assign(Hyperparameter hyperparameter, double value, string text)
    {
        if (!hyperparameter.Range.Contains(value))
        {
            throw new ArgumentOutOfRangeException(
                nameof(value),
                $"{Name}: {hyperparameter.Name} is '{text}'; {hyperparameter.Property} must be {hyperparameter.Range.Words}.");
        }

        Write(hyperparameter, value);
    }

    private ArgumentException NotOfKind(Hyperparameter hyperparameter, string value) =>
        new($"{Name}: {hyperparameter.Name} is '{value}'; expected {hyperparameter.Values}.", nameof(value));
}
