namespace HpcOpt.Training;

/// <summary>What the target column holds.</summary>
public enum TargetKind
{
    /// <summary>Any number: the outcome of a regression.</summary>
    Value,

    /// <summary>0 or 1: the outcome of a logistic regression.</summary>
    ZeroOne,

    /// <summary>A class, labelled by any number; the distinct labels in increasing order become the classes 0 … K-1.</summary>
    Class,

    /// <summary>A whole number of at least 0: the outcome of a Poisson regression.</summary>
    Count,
}
