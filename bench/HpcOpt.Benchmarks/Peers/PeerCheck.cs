using System.Globalization;
using System.Runtime.InteropServices;

namespace HpcOpt.Benchmarks.Peers;

/// <summary>Times mean something only between implementations that compute the same.</summary>
internal static class PeerCheck
{
    private const int Length = 1000;
    private const double Tolerance = 1e-5;

    // In two calls, so that a step number that a call forgets shows.
    private static readonly int[] Calls = [4, 6];

    /// <summary>Compares θ after ten steps with this library's.</summary>
    /// <exception cref="InvalidOperationException">The peer is missing, or an element differs by more than 1e-5 of its size.</exception>
    public static void Agree(PeerKind kind, string rule)
    {
        if (kind.Missing is { } missing)
        {
            throw new InvalidOperationException($"{kind.Name} is missing: {missing}");
        }

        float[] start = [.. Enumerable.Range(0, Length).Select(i => (0.5f + (i / 1000f)) * (i % 2 == 0 ? 1 : -1))];
        float[] gradient = [.. Enumerable.Range(0, Length).Select(i => 0.3f * MathF.Sin(i))];
        var problem = new PeerProblem(rule, start, gradient, Threads: 2);

        float[] theirs = new float[Length];
        using (IPeer peer = kind.Create(problem))
        {
            foreach (int count in Calls)
            {
                peer.Step(count);
            }

            peer.CopyParameters(theirs);
        }

        float[] ours = [.. start];
        using Optimizer<float> optimizer = Ours(rule, Length, new Execution(threads: 2));
        for (int i = 0; i < Calls.Sum(); i++)
        {
            optimizer.Step(ours, gradient);
        }

        for (int i = 0; i < Length; i++)
        {
            // Written so that NaN does not agree.
            if (!(Math.Abs(theirs[i] - ours[i]) <= Tolerance * Math.Abs(ours[i])))
            {
                throw new InvalidOperationException(string.Create(
                    CultureInfo.InvariantCulture,
                    $"{kind.Name}, {rule}: θ[{i}] is {theirs[i]:R} after {Calls.Sum()} steps from {start[i]:R}; "
                    + $"expected {ours[i]:R} within {Tolerance} of it."));
            }
        }
    }

    /// <summary>This library's optimizer for a <see cref="PeerProblem.Rule"/>.</summary>
    public static Optimizer<float> Ours(string rule, nint length, Execution execution) => rule switch
    {
        "adam" => Optimizer<float>.Create(length, new Adam(), execution),
        "adamw" => Optimizer<float>.Create(length, new AdamW(), execution),
        "sgd" => Optimizer<float>.Create(length, new Sgd { LearningRate = 0.001 }, execution),
        "adagrad" => Optimizer<float>.Create(length, new AdaGrad(), execution),
        _ => throw new ArgumentException($"Rule {rule}: expected adam, adamw, sgd or adagrad.", nameof(rule)),
    };

    /// <summary>A line for every kind and rule: that they agree, or why not.</summary>
    /// <returns>The exit code: 1 where one disagrees. What is missing is named, and no disagreement.</returns>
    public static int Report(IEnumerable<PeerKind> kinds)
    {
        int exitCode = 0;
        foreach (PeerKind kind in kinds)
        {
            foreach (string rule in kind.Rules)
            {
                Console.WriteLine(
                    $"{kind.Name}, {rule}: {(kind.Missing is { } missing ? $"missing: {missing}" : Outcome(kind, rule, ref exitCode))}");
            }
        }

        return exitCode;
    }

    private static string Outcome(PeerKind kind, string rule, ref int exitCode)
    {
        try
        {
            Agree(kind, rule);
            return "agrees";
        }
        catch (Exception exception) when (exception is InvalidOperationException or ExternalException)
        {
            exitCode = 1;
            return exception.Message;
        }
    }
}
