package dev.interlock.durable;

/** For what kind of thing a pending call waits; a {@link Decision} has to fit it. */
public enum PendingKind {
    /**
     * For its approval: its tool has not been started. To be {@linkplain Decision#approved() approved}, as it is or with
     * other arguments, or {@linkplain Decision#refused refused}.
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
     * For something that its tool, or an interceptor, has begun outside of the process. {@linkplain Decision#completed
     * Completed}, failed ({@linkplain Decision#refused refused}), {@linkplain Decision#givenUp given up}, or {@linkplain
     * Decision#runAgain run again}, for a tool that looks how far its job has come.
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
     * Its process ended while its tool ran, so that it may have happened, or not. To be {@linkplain Decision#runAgain run
     * again}, {@linkplain Decision#completed completed} with the result that it had, or {@linkplain Decision#givenUp given
     * up}.
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
     * Whether a decision can be taken of a call that waits for this.
     *
     * @param decision the decision
     * @return false if it does not fit
     */
    public abstract boolean allows(Decision decision);

    /**
     * What others wait for that wait for a call which waits for this.
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
