using System.CommandLine;

namespace HpcOpt.Cli.Commands;

/// <summary><c>--state</c> and <c>--rounding</c>: in how many bits an optimizer keeps its state.</summary>
internal sealed class StorageOptions
{
    private const string Half = "bf16";
    private const string Byte = "fp8";
    private const string Nearest = "nearest";

    private readonly Option<string?> _state =
        ParsedOption.Choice("--state", "Format of the optimizer's state [default: that of --precision]", "f32", "f64", Half, Byte);
    private readonly Option<string?> _rounding =
        ParsedOption.Choice("--rounding", "How numbers are rounded to bf16 and fp8 [default: stochastic]", "stochastic", Nearest);

    public void AddTo(Command command)
    {
        command.Add(_state);
        command.Add(_rounding);
    }

    /// <param name="result">The options.</param>
    /// <param name="precision">Of the arithmetic: f32 or f64.</param>
    /// <param name="seed">Of the random bits.</param>
    /// <exception cref="CliException">The state does not go with the precision.</exception>
    public Storage Create(ParseResult result, string precision, ulong seed = 0)
    {
        string state = result.GetValue(_state) ?? precision;
        if (state != precision && (precision == "f64" || state == "f64"))
        {
            throw new CliException(ExitCode.Usage, $"--state is {state} with --precision {precision}; "
                + $"expected {(precision == "f64" ? "f64, or --precision f32" : $"f32, {Half} or {Byte}")}.");
        }

        return new Storage
        {
            State = state switch { Half => StateFormat.BFloat16, Byte => StateFormat.Float8, _ => StateFormat.Full },
            Rounding = result.GetValue(_rounding) == Nearest ? Rounding.Nearest : Rounding.Stochastic,
            Seed = seed,
        };
    }

    /// <summary>The state's format as <c>--state</c> names it.</summary>
    public static string Name(Storage storage, string precision) =>
        storage.State switch { StateFormat.BFloat16 => Half, StateFormat.Float8 => Byte, _ => precision };
}
