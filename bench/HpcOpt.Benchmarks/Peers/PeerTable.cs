using System.Globalization;
using HpcOpt.Cli.Bench;

namespace HpcOpt.Benchmarks.Peers;

/// <summary>How one implementation compares at one size.</summary>
/// <param name="Rule">The rule.</param>
/// <param name="Params">Parameters.</param>
/// <param name="Threads">Threads that this library and PyTorch may use.</param>
/// <param name="Peer">The implementation.</param>
/// <param name="OursNs">Nanoseconds for 1,000 parameters of this library's best step.</param>
/// <param name="PeerNs">The same of the peer.</param>
/// <param name="Ratio">Time of the peer over time of this library, the median of pairs; 2 means that this library is twice as fast.</param>
/// <param name="Lower">First quartile.</param>
/// <param name="Upper">Third quartile.</param>
internal sealed record PeerRow(
    string Rule, int Params, int Threads, string Peer, double OursNs, double PeerNs, double Ratio, double Lower, double Upper);

/// <summary>Adam and AdamW of this library beside what users take today, turn by turn in one process.</summary>
internal static class PeerTable
{
    private const int Repetitions = 11;
    private static readonly int[] Sizes = [1 << 10, 16 << 10, 256 << 10, 4 << 20, 64 << 20];
    private static readonly string[] Rules = ["adamw", "adam"];

    // Threads of a pool that has just worked still wait for more, and would run beside the next turn.
    private static readonly TimeSpan Rest = TimeSpan.FromMilliseconds(20);
    private static readonly TimeSpan Turn = TimeSpan.FromMilliseconds(10);

    // Who frees gigabytes in every step leaves the kernel work for seconds: a virtual machine gives the memory back to its host.
    private static readonly TimeSpan LongRest = TimeSpan.FromSeconds(3);
    private const int LongRestFrom = 4 << 20;

    public static PeerKind[] Kinds => [.. TorchPeers.All, .. ManagedPeers.All, MklPeer.Kind, CompiledPeer.Kind];

    public static List<PeerRow> Measure(Action<PeerRow> report)
    {
        PeerKind[] kinds = [.. Kinds.Where(kind => kind.Missing is null)];
        foreach (PeerKind kind in kinds)
        {
            Array.ForEach(Rules, rule => PeerCheck.Agree(kind, rule));
        }

        List<PeerRow> rows = [];
        foreach (int size in Sizes)
        {
            float[] start = [.. Enumerable.Range(0, size).Select(i => 1f + (i % 7))],
                gradient = [.. Enumerable.Range(0, size).Select(i => 0.01f * (1 + (i % 5)))];
            foreach (string rule in Rules)
            {
                rows.AddRange(Measure(new(rule, start, gradient, size <= 1 << 10 ? 1 : Execution.Default.Threads), kinds));
                rows[^kinds.Length..].ForEach(report);
            }
        }

        return rows;
    }

    private static List<PeerRow> Measure(PeerProblem problem, PeerKind[] kinds)
    {
        using StepMemory<float> ours = new(PeerCheck.Ours(problem.Rule, problem.Start.Length, new Execution(threads: problem.Threads)));
        List<IPeer> peers = [];
        try
        {
            peers.AddRange(kinds.Select(kind => kind.Create(problem)));
            Action<int> step = count => Repeat(ours.Step, count);
            int ourCount = Count(step);

            // The last first: TorchSharp's own optimizers, which come first in the table, disturb those that follow.
            PeerRow[] rows = new PeerRow[kinds.Length];
            for (int kind = kinds.Length - 1; kind >= 0; kind--)
            {
                (double[] our, double[] their) = InPairs(step, ourCount, peers[kind].Step, Count(peers[kind].Step));
                rows[kind] = Row(problem, kinds[kind], our, their);
            }

            double best = rows.Min(row => row.OursNs);
            return [.. rows.Select(row => row with { OursNs = best })];
        }
        finally
        {
            peers.ForEach(peer => peer.Dispose());
            Thread.Sleep(problem.Start.Length >= LongRestFrom ? LongRest : Rest);
        }
    }

    // Who begins changes in turn.
    private static (double[] Our, double[] Their) InPairs(Action<int> ours, int ourCount, Action<int> theirs, int theirCount)
    {
        double[] our = new double[Repetitions], their = new double[Repetitions];
        for (int repetition = 0; repetition < Repetitions; repetition++)
        {
            if (repetition % 2 == 0)
            {
                our[repetition] = Time(ours, ourCount);
            }

            their[repetition] = Time(theirs, theirCount);
            if (repetition % 2 != 0)
            {
                our[repetition] = Time(ours, ourCount);
            }
        }

        return (our, their);
    }

    private static PeerRow Row(PeerProblem problem, PeerKind kind, double[] ours, double[] theirs)
    {
        var ratio = Quartiles.Of([.. theirs.Zip(ours, (x, y) => x / y)]);
        double kilo = problem.Start.Length / 1000.0;
        return new(problem.Rule, problem.Start.Length, problem.Threads, kind.Name, ours.Min() / kilo, theirs.Min() / kilo, ratio.Median,
            ratio.Lower, ratio.Upper);
    }

    // Nanoseconds a step, after a turn that is not counted: until then a thread that slept may still share a core with the caller.
    private static double Time(Action<int> body, int count)
    {
        Thread.Sleep(Rest);
        body(count);
        return Paired.Time(() => body(count), 1) / count;
    }

    // Steps that fill a turn, measured when all is compiled.
    private static int Count(Action<int> body)
    {
        int count = 1;
        double best = double.PositiveInfinity;
        for (int i = 0; i < 8; i++)
        {
            best = Math.Min(best, Time(body, count));
            count = (int)Math.Clamp(Turn.TotalNanoseconds / best, 1, 100_000);
            Thread.Sleep(Rest);
        }

        return count;
    }

    private static void Repeat(Action step, int count)
    {
        for (int i = 0; i < count; i++)
        {
            step();
        }
    }

    public static string Line(PeerRow row) => string.Create(CultureInfo.InvariantCulture,
        $"{row.Rule,-6} {row.Params,11:N0} {row.Threads} thread(s)  {row.Peer,-36} {row.PeerNs,9:F1} ns/1,000, ours {row.OursNs,7:F1}: "
        + $"{row.Ratio:F2} times");

    public static string Markdown(IReadOnlyCollection<PeerRow> rows) => MarkdownTable.Of(
        ["rule", "parameters", "threads", "peer", "peer: ns / 1,000", "HpcOpt", "times as fast: median (quartiles)"],
        rows.Select(row => (string[])
        [
            row.Rule, Text($"{row.Params:N0}"), Text($"{row.Threads}"), row.Peer, Text($"{row.PeerNs:F1}"), Text($"{row.OursNs:F1}"),
            Text($"{row.Ratio:F2} ({row.Lower:F2}-{row.Upper:F2})"),
        ])) + string.Concat(Kinds.Where(kind => kind.Missing is not null).Select(kind => $"\nMissing: {kind.Name}: {kind.Missing}.\n"));

    public static string Csv(IEnumerable<PeerRow> rows) => string.Concat(
        rows.Select(row =>
            Text($"{row.Rule},{row.Params},{row.Threads},\"{row.Peer}\",{row.PeerNs:R},{row.OursNs:R},")
            + Text($"{row.Ratio:R},{row.Lower:R},{row.Upper:R}\n"))
            .Prepend("rule,params,threads,peer,peerNsPerKiloParam,nsPerKiloParam,ratio,ratioLower,ratioUpper\n"));

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
