using System.Diagnostics;
using System.Globalization;

namespace HpcOpt.Benchmarks.Sparse;

/// <summary>A process of Python that fits scikit-learn's SGDClassifier when told, so that fits of both sides take turns.</summary>
internal sealed class ScikitLearn : IDisposable
{
    // A Python of the user's own may come first and lack what Debian's has.
    private static readonly string[] Pythons = ["python3", "/usr/bin/python3"];

    private readonly Process _process;

    private ScikitLearn(Process process, string version) => (_process, Version) = (process, version);

    public string Version { get; }

    /// <summary>Loads the data; null where no Python has scikit-learn.</summary>
    public static ScikitLearn? Start(string train, string test)
    {
        string script = Path.Combine(AppContext.BaseDirectory, "Sparse", "sgd_classifier.py");
        foreach (string python in Pythons)
        {
            try
            {
                Process process = Process.Start(
                    new ProcessStartInfo(python, [script, train, test])
                    {
                        UseShellExecute = false,
                        RedirectStandardInput = true,
                        RedirectStandardOutput = true,
                        RedirectStandardError = true,
                    })!;
                process.ErrorDataReceived += (_, _) => { }; // warnings and where an import failed: what matters is whether a version comes
                process.BeginErrorReadLine();
                if (process.StandardOutput.ReadLine() is { } version)
                {
                    return new(process, version);
                }

                process.Dispose();
            }
            catch (System.ComponentModel.Win32Exception)
            {
                // There is no such Python.
            }
        }

        return null;
    }

    /// <summary>One fit of 10 epochs.</summary>
    public (double Seconds, double Accuracy) Fit()
    {
        _process.StandardInput.WriteLine();
        string line = _process.StandardOutput.ReadLine() ?? throw new InvalidOperationException("scikit-learn ended without a result.");
        double[] numbers = [.. line.Split(' ').Select(number => double.Parse(number, CultureInfo.InvariantCulture))];
        return (numbers[0], numbers[1]);
    }

    public void Dispose()
    {
        _process.StandardInput.Close();
        _process.WaitForExit();
        _process.Dispose();
    }
}
