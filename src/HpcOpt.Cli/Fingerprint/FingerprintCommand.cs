using System.CommandLine;
using System.Numerics;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using HpcOpt.Cli.Commands;
using HpcOpt.Training;

namespace HpcOpt.Cli.Fingerprint;

/// <summary><c>hpcopt fingerprint</c>: SHA-256 of parameters and state of every rule and precision after a fixed run.</summary>
internal sealed class FingerprintCommand : Verb
{
    // Odd, for a tail on every path; in single precision more than the 64 KiB from which two threads work.
    private const int Length = 20_011;
    private const int Steps = 20;

    private readonly Option<ulong> _seed = ParsedOption.Seed("Fixes parameters and gradients [default: 0]");
    private readonly ExecutionOptions _execution = new();
    private readonly Option<string?> _json = JsonReport.Option();

    public FingerprintCommand()
        : base("fingerprint", "Prints the SHA-256 of parameters and state of every optimizer that computes number by number, in each "
            + "precision (f32; f64; bf16 throughout; bf16 with fp8 state), after a fixed run. It is the same on every healthy machine, on "
            + "every path, with any number of threads; a node that differs computes wrongly.", """
            hpcopt fingerprint --path scalar --threads 1 | sha256sum
            hpcopt fingerprint | sha256sum
            """)
    {
        Add(_seed);
        _execution.AddTo(this);
        Add(_json);
        SetAction(Run);
    }

    private int Run(ParseResult result)
    {
        Execution execution = _execution.Create(result);
        ulong seed = result.GetValue(_seed);
        using JsonReport report = JsonReport.Create(result, _json);
        OrderedDictionary<string, string> rules = [];
        foreach (RuleVariant variant in RuleVariant.All)
        {
            rules.Add($"{variant.Name}/f32", Hash<float>(variant, seed, execution));
            rules.Add($"{variant.Name}/f64", Hash<double>(variant, seed, execution));
            rules.Add($"{variant.Name}/bf16", HashOfLowPrecision(variant, StateFormat.BFloat16, seed, execution));
            rules.Add($"{variant.Name}/fp8", HashOfLowPrecision(variant, StateFormat.Float8, seed, execution));
        }

        report.Write(new { seed, path = execution.Path.Name, execution.Threads, rules });
        if (!report.TakesOutput)
        {
            // Path and threads are left out: equal machines print equal text.
            Screen.On(result.InvocationConfiguration.Output).WriteRows([.. rules.Select(rule => (rule.Key, rule.Value))]);
        }

        return ExitCode.Done;
    }

    private static string Hash<T>(RuleVariant variant, ulong seed, Execution execution)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        using NativeVector<T> parameters = new(Length, execution);
        using NativeVector<T> gradient = new(Length, execution);
        using Optimizer<T> optimizer = variant.Rule.CreateOptimizer<T>(Length, execution);
        Fill(parameters.AsSpan(), seed, stream: 0);
        for (ulong t = 1; t <= Steps; t++)
        {
            Fill(gradient.AsSpan(), seed, stream: t);
            optimizer.Step(parameters, gradient);
        }

        return Hash(MemoryMarshal.AsBytes(parameters.AsSpan()), optimizer);
    }

    /// <summary>Parameters and gradients in bf16, the state in bf16 or fp8, rounded stochastically.</summary>
    private static string HashOfLowPrecision(RuleVariant variant, StateFormat state, ulong seed, Execution execution)
    {
        using NativeVector<BFloat16> parameters = new(Length, execution);
        using NativeVector<BFloat16> gradient = new(Length, execution);
        Storage storage = new() { State = state, Seed = seed };
        using Optimizer<float> optimizer = variant.Rule.CreateOptimizer<float>(Length, execution, storage);
        float[] numbers = new float[Length];
        for (ulong t = 0; t <= Steps; t++)
        {
            Fill(numbers.AsSpan(), seed, stream: t);
            NativeVector<BFloat16> vector = t == 0 ? parameters : gradient;
            for (int i = 0; i < Length; i++)
            {
                vector[i] = (BFloat16)numbers[i];
            }

            if (t > 0)
            {
                optimizer.Step(parameters, gradient);
            }
        }

        return Hash(MemoryMarshal.AsBytes(parameters.AsSpan()), optimizer);
    }

    private static unsafe string Hash<T>(ReadOnlySpan<byte> parameters, Optimizer<T> optimizer)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        using IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(parameters);
        foreach (StateView vector in optimizer.State)
        {
            hash.AppendData(new ReadOnlySpan<byte>(vector.Pointer, (int)vector.ByteLength));
            hash.AppendData(MemoryMarshal.AsBytes(vector.Scales));
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    // Multiples of 2^-23 in [-1, 1): exact in both precisions.
    private static void Fill<T>(Span<T> vector, ulong seed, ulong stream)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Philox random = new(seed, stream);
        foreach (ref T value in vector)
        {
            value = T.CreateTruncating(((int)random.NextUInt32() >> 8) / (double)(1 << 23));
        }
    }
}
