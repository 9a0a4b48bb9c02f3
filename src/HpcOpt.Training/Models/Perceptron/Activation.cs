namespace HpcOpt.Training;

/// <summary>What a hidden unit of a <see cref="MultilayerPerceptron{T}"/> makes of its sum z.</summary>
public enum Activation
{
    /// <summary>max(z, 0), with derivative 0 at 0.</summary>
    Relu,

    /// <summary>tanh z.</summary>
    Tanh,

    /// <summary>z·Φ(z) with the normal distribution function, exact: Hendrycks and Gimpel, "Gaussian error linear units", 2016.</summary>
    Gelu,
}
