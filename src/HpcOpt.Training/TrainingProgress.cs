namespace HpcOpt.Training;

/// <summary>Where a run stands.</summary>
/// <param name="Epoch">Complete passes over the data.</param>
/// <param name="Step">Updates done.</param>
/// <param name="Loss">The mean loss of the epoch's batches so far, each at the parameters before its update.</param>
/// <param name="LearningRate">η of the last update.</param>
/// <param name="Share">The part of the longest run that is done, in [0, 1]; the remaining time is at most Elapsed·(1/Share - 1).</param>
/// <param name="Elapsed">Since the start.</param>
/// <param name="EpochEnded">Whether this report closes an epoch; the others come at most 20 times a second.</param>
public readonly record struct TrainingProgress(
    int Epoch, long Step, double Loss, double LearningRate, double Share, TimeSpan Elapsed, bool EpochEnded);
