using System.Diagnostics.CodeAnalysis;
using HpcOpt.Engine;

namespace HpcOpt;

/// <summary>
/// Optimizers by name, without reflection: what each computes, its hyperparameters with ranges and defaults, and how one is created.
/// </summary>
/// <remarks>A catalogue does not change. One with optimizers of your own is made of two lists: see the constructor.</remarks>
/// <example>
/// <code>
/// OptimizerConfiguration adamW = OptimizerCatalogue.Core["adamw"].Create();
/// adamW.Set("beta1", 0.95);
/// using Optimizer&lt;float&gt; optimizer = adamW.CreateOptimizer&lt;float&gt;(1_000_000);
/// </code>
/// </example>
public sealed partial class OptimizerCatalogue
{
    private readonly SortedDictionary<string, OptimizerDescription> _byName = new(StringComparer.Ordinal);

    /// <summary>
    /// A catalogue of these optimizers, such as
    /// <c>[.. OptimizerCatalogue.Core.Optimizers, OptimizerDescription.Of(MyRule.Hyperparameters, "…")]</c>.
    /// </summary>
    /// <param name="optimizers">The optimizers, in any order.</param>
    /// <exception cref="ArgumentException">Two share a name.</exception>
    public OptimizerCatalogue(params IEnumerable<OptimizerDescription> optimizers)
    {
        ArgumentNullException.ThrowIfNull(optimizers);
        foreach (OptimizerDescription optimizer in optimizers)
        {
            if (!_byName.TryAdd(optimizer.Name, optimizer))
            {
                throw new ArgumentException(
                    $"Two optimizers are called '{optimizer.Name}'; give each a name of its own.", nameof(optimizers));
            }
        }
    }

    /// <summary>The names, in the order of their characters.</summary>
    public IReadOnlyCollection<string> Names => _byName.Keys;

    /// <summary>The optimizers, in the order of their names.</summary>
    public IReadOnlyCollection<OptimizerDescription> Optimizers => _byName.Values;

    /// <summary>The optimizer of that name.</summary>
    /// <param name="name">Its name, in lower case: <c>adamw</c>.</param>
    /// <exception cref="ArgumentException">There is none.</exception>
    public OptimizerDescription this[string name] => TryGet(name, out OptimizerDescription? found)
        ? found
        : throw new ArgumentException(
            $"There is no optimizer '{name}'; expected, nearest first, {NearestNames.List(name, Names)}.", nameof(name));

    /// <summary>The optimizer of that name, if there is one.</summary>
    /// <param name="name">Its name, in lower case.</param>
    /// <param name="optimizer">The optimizer.</param>
    public bool TryGet(string name, [MaybeNullWhen(false)] out OptimizerDescription optimizer) => _byName.TryGetValue(name, out optimizer);
}
