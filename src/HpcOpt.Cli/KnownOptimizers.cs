using System.Numerics;
using HpcOpt.Blas;
using HpcOpt.Cli.Commands;
using HpcOpt.Engine;

namespace HpcOpt.Cli;

/// <summary>The catalogue of optimizers for the command line: errors name the option, and end with the exit code of a wrong use.</summary>
internal static class KnownOptimizers
{
    /// <summary>Every optimizer.</summary>
    public static OptimizerCatalogue All => MatrixOptimizers.WithCore;

    /// <summary>Those whose step is one sweep over the parameters; the others work on matrices.</summary>
    public static OptimizerCatalogue Sweeps => OptimizerCatalogue.Core;

    /// <exception cref="CliException">There is none of that name.</exception>
    public static OptimizerDescription Find(OptimizerCatalogue among, string name, params string[] others) =>
        among.TryGet(name.ToLowerInvariant(), out OptimizerDescription? found) ? found : throw new CliException(
            ExitCode.Usage, $"--optimizer is '{name}'; expected, nearest first, {NearestNames.List(name, [.. among.Names, .. others])}.");

    public static bool IsSweep(this OptimizerConfiguration optimizer) => Sweeps.TryGet(optimizer.Name, out _);

    /// <summary>The most parameters for which a step is quick enough to wait for beside the others.</summary>
    public static int MostInComparison(this OptimizerConfiguration optimizer) =>
        optimizer is OptimizerConfiguration<FullMatrixAdaGrad> ? 256 : int.MaxValue;

    public static bool Has(this OptimizerDescription optimizer, string hyperparameter) =>
        optimizer.Names().Contains(hyperparameter, StringComparer.Ordinal);

    /// <summary>The names of the hyperparameters.</summary>
    public static IEnumerable<string> Names(this OptimizerDescription optimizer) =>
        optimizer.Hyperparameters.Select(hyperparameter => hyperparameter.Name);

    /// <summary>All hyperparameters with their values: numbers, true and false.</summary>
    public static IReadOnlyDictionary<string, object> Values(this OptimizerConfiguration optimizer)
    {
        OrderedDictionary<string, object> values = new(StringComparer.Ordinal);
        foreach (Hyperparameter hyperparameter in optimizer.Description.Hyperparameters)
        {
            double value = optimizer.Get(hyperparameter.Name);
            values.Add(hyperparameter.Name, hyperparameter.Kind switch
            {
                HyperparameterKind.Switch => value != 0,
                HyperparameterKind.Whole => (int)value,
                _ => value,
            });
        }

        return values;
    }

    /// <exception cref="CliException">There is no such hyperparameter, or the value is not one of its values.</exception>
    public static void SetText(this OptimizerConfiguration optimizer, string hyperparameter, string value)
    {
        try
        {
            optimizer.Set(hyperparameter, value);
        }
        catch (ArgumentException e)
        {
            throw new CliException(ExitCode.Usage, CliException.Sentence(e), e);
        }
    }

    /// <summary>The optimizer for a vector of parameters, or for the segments of a layout if there is one.</summary>
    /// <exception cref="CliException">It works on matrices, and is not made for so many parameters, or not for the storage.</exception>
    public static Optimizer<T> Create<T>(
        this OptimizerConfiguration optimizer, nint length, ParameterLayout? layout, Execution execution, Storage? storage = null)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        bool isSweep = optimizer.IsSweep();
        if (!isSweep && storage is { State: not StateFormat.Full })
        {
            throw new CliException(
                ExitCode.Usage,
                $"--state is {StorageOptions.Name(storage, "")} with --optimizer {optimizer.Name}, whose matrices are kept in full; "
                + "leave --state out, or take an optimizer that computes number by number.");
        }

        try
        {
            return layout is null
                ? optimizer.CreateOptimizer<T>(length, execution, storage)
                : optimizer.CreateOptimizer<T>(layout, execution, storage);
        }
        catch (ArgumentException e) when (!isSweep)
        {
            throw new CliException(ExitCode.Usage, $"--optimizer is '{optimizer.Name}': {CliException.Sentence(e)}", e);
        }
    }
}
