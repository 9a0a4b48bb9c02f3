namespace HpcOpt.Engine;

/// <summary>What joins a step in its pass, beside the rule.</summary>
/// <param name="Scale">The gradient is multiplied with it.</param>
/// <param name="Limit">Then each element is brought into ±Limit; infinity leaves it.</param>
/// <param name="Average">A moving average of the parameters, brought up to date after the update; null where there is none.</param>
/// <param name="AverageShare">1 - d: a ← a + (1-d)(θ - a).</param>
internal readonly unsafe record struct StepTail(double Scale, double Limit = double.PositiveInfinity, nint Average = 0, double AverageShare = 0);
