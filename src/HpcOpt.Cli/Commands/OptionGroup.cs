using System.Collections;
using System.CommandLine;

namespace HpcOpt.Cli.Commands;

/// <summary>Options that set parts of one object. Each is declared once: name, help, values, and what it sets.</summary>
internal sealed class OptionGroup<TSettings> : IEnumerable<Option>
{
    private readonly List<(Option Option, Func<ParseResult, TSettings, TSettings> Set)> _options = [];

    /// <param name="option">The option.</param>
    /// <param name="set">Called where it is given.</param>
    public void Add<T>(Option<T> option, Func<TSettings, T, TSettings> set) =>
        _options.Add((option, (result, settings) => set(settings, result.GetValue(option)!)));

    public void AddTo(Command command) => _options.ForEach(entry => command.Add(entry.Option));

    public TSettings Read(ParseResult result, TSettings settings) =>
        _options.Where(entry => result.GetResult(entry.Option) is not null)
            .Aggregate(settings, (current, entry) => entry.Set(result, current));

    /// <summary>The first option that is given; null without.</summary>
    public Option? Given(ParseResult result) => this.FirstOrDefault(option => result.GetResult(option) is not null);

    public IEnumerator<Option> GetEnumerator() => _options.Select(entry => entry.Option).GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}
