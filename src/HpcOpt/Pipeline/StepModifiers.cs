namespace HpcOpt.Engine;

/// <summary>What joins an update in its pass.</summary>
/// <param name="Scale">The gradient is multiplied by it.</param>
/// <param name="Limit">Then each element is brought into ±Limit; infinity leaves it.</param>
/// <param name="AverageShare">1 - d of the average a ← a + (1-d)(θ - a) behind the state; 0 where none joins.</param>
internal readonly record struct StepModifiers(double Scale, double Limit = double.PositiveInfinity, double AverageShare = 0);
