namespace HpcOpt.Cli.Tests;

/// <summary>Each is one line that names the value and what was expected, before anything is written.</summary>
public class BadInputTests
{
    private const string Good = "x,y\n1,2\n2,3\n3,5\n";

    [Theory]
    [InlineData("", 2, "Required command")]
    [InlineData("trian", 2, "'trian' is not known; expected, nearest first, 'train'")]
    [InlineData("train --lrr 1", 2, "'--lrr' is not known; expected, nearest first, '--lr'")]
    [InlineData("train surplus", 2, "'surplus'")]
    [InlineData("train --lr", 2, "'--lr'")]
    [InlineData("train --lr abc", 2, "--lr is 'abc'; expected a finite number of at least 0")]
    [InlineData("train --lr -0.1", 2, "--lr is '-0.1'")]
    [InlineData("train --lr NaN", 2, "--lr is 'NaN'")]
    [InlineData("train --lr 1 --lr 2", 2, "'--lr' expects a single argument but 2")]
    [InlineData("train --optimizer adm", 2, "--optimizer is 'adm'; expected, nearest first, 'adam'")]
    [InlineData("train --model liner", 2, "--model is 'liner'; expected linear, logistic, softmax, poisson")]
    [InlineData("train --set beta3=1", 2, "adam has no 'beta3'; expected, nearest first, 'beta1'")]
    [InlineData("train --set beta1=1", 2, "adam: beta1 is '1'; Beta1 must be at least 0 and less than 1")]
    [InlineData("train --set beta1=NaN", 2, "beta1 is 'NaN'")]
    [InlineData("train --set beta1", 2, "--set is 'beta1'; expected name=value")]
    [InlineData("train --set ams-grad=7", 2, "ams-grad is '7'; expected true or false")]
    [InlineData("train --lr 1 --set learning-rate=1", 2, "'learning-rate' is given twice")]
    [InlineData("train --batch 0", 2, "--batch is '0'; expected a whole number from 1, or 'full'")]
    [InlineData("train --epochs 1.5", 2, "--epochs is '1.5'; expected a whole number from 1")]
    [InlineData("train --max-steps 0", 2, "--max-steps is '0'")]
    [InlineData("train --seed -1", 2, "--seed is '-1'")]
    [InlineData("train --threads 0", 2, "--threads is '0'; expected a whole number from 1")]
    [InlineData("train --path avx9", 2, "Unknown path 'avx9'; this machine supports")]
    [InlineData("train --precision f16", 2, "--precision is 'f16'; expected f32, f64")]
    [InlineData("train --test-fraction 1", 2, "--test-fraction is '1'")]
    [InlineData("train --target y", 2, "--target is given without --data")]
    [InlineData("train --data good.csv --model linear", 2, "--target is missing")]
    [InlineData("train --data good.csv --target y", 2, "--model is missing; choose linear")]
    [InlineData("train --data good.csv --target y --model linear --test-data good.csv --test-fraction 0.1", 2, "leave one out")]
    [InlineData("train --data none.csv --target y --model linear", 3, "none.csv: file not found")]
    [InlineData("train --data empty.csv --target y --model linear", 3, "empty.csv: the file is empty")]
    [InlineData("train --data ragged.csv --target y --model linear", 3, "ragged.csv, line 3: the row has 1 cells; expected 2")]
    [InlineData("train --data text.csv --target y --model linear", 3, "text.csv, line 3, column 'x': 'two' is not a number")]
    [InlineData("train --data good.csv --target z --model linear", 3, "good.csv: there is no target column 'z'; the columns are")]
    [InlineData("train --data good.csv --target y --features x,z --model linear", 3, "there is no feature column 'z'")]
    [InlineData("train --data good.csv --target y --model logistic", 3, "good.csv, line 2, column 'y': the target is 2; expected 0 or 1")]
    [InlineData("train --data half.csv --target y --model poisson", 3, "half.csv, line 3, column 'y': the target is 0.5; expected a count")]
    [InlineData("fingerprint --seed x", 2, "--seed is 'x'")]
    [InlineData("replay", 2, "replay needs a FILE")]
    public void It_is_answered_by_one_line(string line, int exitCode, string message)
    {
        using TemporaryFolder folder = new();
        folder.Write("good.csv", Good);
        folder.Write("half.csv", "x,y\n1,2\n2,0.5\n");
        folder.Write("empty.csv", "");
        folder.Write("ragged.csv", "x,y\n1,2\n2\n");
        folder.Write("text.csv", "x,y\n1,2\ntwo,3\n");
        string[] files = folder.Files;
        string[] arguments = [.. line.Split(' ', StringSplitOptions.RemoveEmptyEntries)
            .Select(word => word.EndsWith(".csv", StringComparison.Ordinal) ? folder[word] : word)];
        if (line.StartsWith("train --", StringComparison.Ordinal))
        {
            arguments = ["train", "--json", folder["report.json"], .. arguments[1..]];
        }

        (int ended, string output, string error) = Tool.Run(arguments);
        Assert.Equal((exitCode, ""), (ended, output));
        Assert.StartsWith("hpcopt: ", error, StringComparison.Ordinal);
        Assert.Contains(message, error, StringComparison.Ordinal);
        Assert.Equal(1, error.Count(c => c == '\n'));
        Assert.Equal(files, folder.Files);
    }

    [Fact]
    public void A_report_that_cannot_be_written_is_an_error_before_training()
    {
        using TemporaryFolder folder = new();
        (int exitCode, string output, string error) = Tool.Run("train", "--json", folder["no/report.json"]);
        Assert.Equal((3, ""), (exitCode, output)); // no progress: no training
        Assert.Contains("report.json: cannot be written", error, StringComparison.Ordinal);
    }
}
