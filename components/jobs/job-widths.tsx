/** CSS widths of the columns, for the skeleton: apart from the client code, because the server reads them. */
export const JOB_WIDTHS = [null, null, null, "8rem", "5rem", "5.5rem", "5rem", "3.5rem"] as const;
