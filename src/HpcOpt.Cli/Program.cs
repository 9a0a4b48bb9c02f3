using System.CommandLine;
using HpcOpt.Training;
using Spectre.Console;

var data = new Option<FileInfo?>("--data") { Description = "a CSV file with a header" };
var target = new Option<string>("--target") { Description = "the column to predict", DefaultValueFactory = _ => "y" };
var train = new Command("train", "Trains a model.") { data, target };
train.SetAction(result =>
{
    using TextReader text = result.GetValue(data)?.OpenText() ?? (TextReader)new StringReader("x,y\n1,2\n2,4\n");
    AnsiConsole.MarkupLineInterpolated($"mean of [bold]{result.GetValue(target)!}[/]: {CsvTable.Mean(text, result.GetValue(target)!)}");
    return 0;
});
return new RootCommand("Optimizers for huge vectors.") { train }.Parse(args).Invoke();
