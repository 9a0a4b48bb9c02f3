namespace HpcOpt.Blas;

/// <summary>An optimizer that works on matrices, by the provider that <c>HPCOPT_BLAS</c> chooses.</summary>
internal sealed class MatrixConfiguration<TRule>(OptimizerDescription description) : OptimizerConfiguration<TRule>(description)
    where TRule : struct, IMatrixRule
{
    private static readonly ParameterLayout Example = ParameterLayout.Pack(("matrix", [2, 2]), ("vector", [2]));

    public override IReadOnlyList<StateVector> State => [.. Rule.StateFor<float>(Example).Select(entry => entry.Vector)];

    /// <summary>A vector alone is one segment.</summary>
    public override Optimizer<T> CreateOptimizer<T>(nint length, Execution? execution = null, Storage? storage = null) =>
        CreateOptimizer<T>(ParameterLayout.Pack(("theta", [length])), execution, storage);

    public override Optimizer<T> CreateOptimizer<T>(ParameterLayout layout, Execution? execution = null, Storage? storage = null) =>
        storage is null or { State: StateFormat.Full }
            ? Rule.CreateOptimizer<T>(layout, execution is null ? LinearAlgebra.Default : new LinearAlgebra(provider: null, execution))
            : throw new ArgumentException(
                $"{Name} keeps its state in the precision of the parameters; expected a storage whose State is Full, not {storage.State}.",
                nameof(storage));
}
