/** CSS widths of the columns, for the skeleton: apart from the client code, because the server reads them. */
export const EXECUTION_WIDTHS = ["9.5rem", null, "7rem", "8rem", "7rem", "10rem", null] as const;

export const JOB_EXECUTION_WIDTHS = ["9.5rem", "10rem", "7rem", "6.5rem", "6rem", null] as const;
