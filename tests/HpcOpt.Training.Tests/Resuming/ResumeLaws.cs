namespace HpcOpt.Training.Tests.Resuming;

/// <summary>A run that is interrupted, exported, imported into fresh objects and continued equals the one that was not, bit for
/// bit.</summary>
public sealed class ResumeLaws
{
    public static TheoryData<string, string> Cases
    {
        get
        {
            TheoryData<string, string> cases = new();
            foreach (string model in ResumeCase.Models.Select(row => row.Data))
            {
                foreach (string optimizer in ResumeCase.Optimizers.Select(row => row.Data))
                {
                    cases.Add(model, optimizer);
                }
            }

            return cases;
        }
    }

    [Theory, MemberData(nameof(Cases))]
    public void An_interrupted_run_equals_the_whole_one(string model, string optimizer)
    {
        foreach (string setting in ResumeCase.Settings)
        {
            string whole = Whole(model, optimizer, setting);
            foreach (int cut in (int[])[1, 2, 4, 5, 7, 11])
            {
                using ResumeCase before = new(model, optimizer, setting);
                if (!before.Run(cut).StartsWith("Canceled", StringComparison.Ordinal))
                {
                    break; // it came to its end before
                }

                StateSnapshot saved = StateSnapshot.Of(before.Trainer).Copy();
                using ResumeCase after = new(model, optimizer, setting);
                saved.Restore(after.Trainer);
                string rest = after.Run();
                Assert.True(whole == rest, $"{setting} cut after {cut} batches:\n{whole}\n\n{rest}");
            }
        }
    }

    [Theory, MemberData(nameof(ResumeCase.Models), MemberType = typeof(ResumeCase))]
    public void So_does_one_of_LBFGS(string model)
    {
        foreach (string setting in (string[])["full", "gradient"])
        {
            string whole = Whole(model, "lbfgs", setting);
            foreach (int cut in (int[])[1, 2, 3, 5, 8])
            {
                using ResumeCase before = new(model, "lbfgs", setting), after = new(model, "lbfgs", setting);
                if (!before.Run(cut).StartsWith("Canceled", StringComparison.Ordinal))
                {
                    break;
                }

                StateSnapshot.Of(before.Trainer).Copy().Restore(after.Trainer);
                string rest = after.Run();
                Assert.True(whole == rest, $"{setting} cut after {cut} iterations:\n{whole}\n\n{rest}");
            }
        }
    }

    [Theory, MemberData(nameof(Cases))]
    public void The_same_trainer_goes_on_after_a_cancellation(string model, string optimizer)
    {
        foreach (string setting in (string[])["partition", "accumulate", "patience", "plateau", "own rule"])
        {
            string whole = Whole(model, optimizer, setting);
            using ResumeCase interrupted = new(model, optimizer, setting);
            interrupted.Run(3);
            interrupted.Run(3);
            Assert.Equal(whole, interrupted.Run());
        }
    }

    [Theory, MemberData(nameof(Cases))]
    public void Two_runs_of_4_epochs_equal_one_of_8(string model, string optimizer)
    {
        foreach (string setting in (string[])["partition", "replacement", "accumulate", "plateau"])
        {
            using ResumeCase twice = new(model, optimizer, setting), once = new(model, optimizer, setting);
            twice.Run();
            string second = twice.Run();
            TrainingOptions longer = once.Options with { MaxEpochs = 8 };
            Assert.Equal(once.Run(new Trainer<float>(once.Model, once.Optimizer!, longer)), second);
        }
    }

    [Theory, MemberData(nameof(Cases))]
    public void A_second_run_may_be_interrupted_too(string model, string optimizer)
    {
        foreach (string setting in (string[])["steps", "partition"])
        {
            using ResumeCase whole = new(model, optimizer, setting), before = new(model, optimizer, setting);
            using ResumeCase after = new(model, optimizer, setting);
            whole.Run();
            before.Run();
            before.Run(cut: 4);
            StateSnapshot.Of(before.Trainer).Copy().Restore(after.Trainer);
            string expected = whole.Run();
            Assert.StartsWith(setting == "steps" ? "MaxSteps 14" : "MaxEpochs 40", expected, StringComparison.Ordinal);
            Assert.Equal(expected, after.Run());
        }
    }

    [Theory, MemberData(nameof(ResumeCase.Models), MemberType = typeof(ResumeCase))]
    public void A_snapshot_may_be_taken_while_the_run_reports(string model)
    {
        // Descent without a state of its own: the optimizer's is not taken here.
        string whole = Whole(model, "lbfgs", "full");
        List<StateSnapshot> snapshots = [];
        using ResumeCase reporting = new(model, "lbfgs", "full");
        reporting.Run(reporting.Trainer, progress: report =>
        {
            if (report.EpochEnded)
            {
                snapshots.Add(StateSnapshot.Of(reporting.Trainer).Copy());
            }
        });
        Assert.NotEmpty(snapshots);
        foreach (StateSnapshot snapshot in snapshots)
        {
            using ResumeCase after = new(model, "lbfgs", "full");
            snapshot.Restore(after.Trainer);
            Assert.Equal(whole, after.Run());
        }
    }

    [Theory, MemberData(nameof(Cases))]
    public void An_epoch_that_could_not_be_closed_is_closed_elsewhere(string model, string optimizer)
    {
        foreach (string setting in (string[])["stall", "partition", "accumulate"])
        {
            foreach (int call in (int[])[1, 2])
            {
                using ResumeCase whole = new(model, optimizer, setting), before = new(model, optimizer, setting);
                string expected = whole.Run(whole.Trainer, validation: Validation(0));
                try
                {
                    before.Run(before.Trainer, validation: Validation(call));
                    continue; // over before
                }
                catch (InvalidDataException)
                {
                }

                using ResumeCase after = new(model, optimizer, setting);
                StateSnapshot.Of(before.Trainer).Copy().Restore(after.Trainer);
                Assert.Equal(expected, after.Run(after.Trainer, validation: Validation(0)));

                FunctionObjective<float> Validation(int failAt)
                {
                    int calls = 0;
                    return new(whole.Model.ParameterCount, (theta, _) => ++calls == failAt ? throw new InvalidDataException() : theta[0]);
                }
            }
        }
    }

    [Theory, MemberData(nameof(Cases))]
    public void Rules_that_failed_after_a_step_are_asked_elsewhere(string model, string optimizer)
    {
        // The limit of 7 steps is met there.
        using ResumeCase before = new(model, optimizer, "steps");
        TrainingOptions failing = before.Options with { Rules = [new FailsAfterStep(7)] };
        Trainer<float> broken = new(before.Model, before.Optimizer!, failing);
        Assert.Throws<InvalidDataException>(() => before.Run(broken));
        using ResumeCase after = new(model, optimizer, "steps");
        StateSnapshot.Of(broken).Copy().Restore(after.Trainer);
        Assert.Equal(Whole(model, optimizer, "steps"), after.Run());
    }

    [Fact]
    public void The_settings_end_in_different_ways()
    {
        HashSet<string> ends = [.. ResumeCase.Settings.Select(setting => Whole("linear", "sgd", setting).Split(' ')[0])];
        StopReason[] others = [StopReason.LossTolerance, StopReason.LineSearch, StopReason.Canceled];
        foreach (StopReason reason in Enum.GetValues<StopReason>().Except(others))
        {
            Assert.Contains($"{reason}", ends);
        }
    }

    private static string Whole(string model, string optimizer, string setting)
    {
        using ResumeCase whole = new(model, optimizer, setting);
        return whole.Run();
    }
}
