namespace HpcOpt.Training;

/// <summary>
/// Data that cannot be used. The message names the file, the line and the column where they are known, the value found,
/// what was expected and what to do; it is meant to be shown to the user as it is.
/// </summary>
/// <param name="message">The whole explanation.</param>
/// <param name="innerException">The error underneath, if one was caught.</param>
public sealed class DataException(string message, Exception? innerException = null) : Exception(message, innerException);
