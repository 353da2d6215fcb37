namespace Explain;

/// <summary>An application for a loan, and what became of it. Amounts are in euros.</summary>
internal sealed record LoanApplication
{
    /// <summary>The applicant's income in a month, after tax.</summary>
    public float Income { get; set; }

    /// <summary>The loan.</summary>
    public float Amount { get; set; }

    /// <summary>In how many months it is to be repaid.</summary>
    public float Months { get; set; }

    /// <summary>How long the applicant has had the present job.</summary>
    public float YearsEmployed { get; set; }

    /// <summary>What the applicant has saved; NaN if that is not known.</summary>
    public float Savings { get; set; }

    /// <summary>The number of other loans.</summary>
    public float OtherLoans { get; set; }

    /// <summary>What the loan is for.</summary>
    public string Purpose { get; set; } = "";

    /// <summary>Whether the applicant rents or owns.</summary>
    public string Housing { get; set; } = "";

    /// <summary>Whether the loan was repaid: the label.</summary>
    public bool Repaid { get; set; }
}
