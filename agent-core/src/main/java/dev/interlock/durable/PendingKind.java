package dev.interlock.durable;

/** The kinds of things that pending calls wait for. A {@link Decision} must fit the kind. */
public enum PendingKind {
    /**
     * The call waits for its approval; its tool has not started. Decide that it is
     * {@linkplain Decision#approved() approved}, as it is or with other arguments, or
     * {@linkplain Decision#refused refused}.
     */
    APPROVAL {
        @Override
        public boolean allows(Decision decision) {
            return switch (decision) {
                case Decision.Approved approved -> true;
                case Decision.ApprovedWith approvedWith -> true;
                case Decision.Refused refused -> true;
                case Decision.Completed completed -> false;
                case Decision.RunAgain runAgain -> false;
                case Decision.GivenUp givenUp -> false;
            };
        }
    },
    /**
     * The call waits for something that its tool or an interceptor has begun outside the process. Decide that it is
     * {@linkplain Decision#completed completed}, failed ({@linkplain Decision#refused refused}),
     * {@linkplain Decision#givenUp given up}, or {@linkplain Decision#runAgain run again}, if the tool can look up how
     * far its job is.
     */
    EXTERNAL {
        @Override
        public boolean allows(Decision decision) {
            return switch (decision) {
                case Decision.Approved approved -> false;
                case Decision.ApprovedWith approvedWith -> false;
                case Decision.Refused refused -> true;
                case Decision.Completed completed -> true;
                case Decision.RunAgain runAgain -> true;
                case Decision.GivenUp givenUp -> true;
            };
        }
    },
    /**
     * The process ended while the call's tool ran, so the call may or may not have happened. Decide that it is
     * {@linkplain Decision#runAgain run again}, {@linkplain Decision#completed completed} with the result that it had,
     * or {@linkplain Decision#givenUp given up}.
     */
    MAY_HAVE_HAPPENED {
        @Override
        public boolean allows(Decision decision) {
            return switch (decision) {
                case Decision.Approved approved -> false;
                case Decision.ApprovedWith approvedWith -> false;
                case Decision.Refused refused -> false;
                case Decision.Completed completed -> true;
                case Decision.RunAgain runAgain -> true;
                case Decision.GivenUp givenUp -> true;
            };
        }
    };

    /**
     * Tells whether a decision fits a call that waits for this.
     *
     * @param decision the decision
     * @return false if it does not fit
     */
    public abstract boolean allows(Decision decision);

    /**
     * Returns in words what calls wait for that depend on such a pending call.
     *
     * @param place the place of the pending call, from 0
     * @return such as {@code approval of call 3}
     */
    public String inWords(int place) {
        return switch (this) {
                    case APPROVAL -> "approval of call ";
                    case EXTERNAL -> "what call ";
                    case MAY_HAVE_HAPPENED -> "a decision about call ";
                }
                + (place + 1)
                + (this == EXTERNAL ? " waits for" : "");
    }
}
