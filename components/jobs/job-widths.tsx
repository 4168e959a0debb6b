/** CSS widths of the columns, for the skeleton: apart from the client code, because the server reads them. */
export const JOB_WIDTHS = [null, null, null, "9rem", "6.5rem", "6rem", "5rem", "4rem"] as const;
