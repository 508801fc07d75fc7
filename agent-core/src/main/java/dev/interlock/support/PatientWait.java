package dev.interlock.support;

/** Waits that an interrupt does not end, because what comes after them must not be lost. */
public final class PatientWait {

    /** A wait that may start again. */
    @FunctionalInterface
    public interface Wait {

        /**
         * Waits; after an interrupt, for what is left.
         *
         * @throws InterruptedException if the thread was interrupted
         */
        void await() throws InterruptedException;
    }

    private PatientWait() {}

    /**
     * Waits to the end. A thread that was interrupted goes on waiting, and has its interrupt flag set afterwards.
     *
     * @param wait the wait; what it throws itself passes
     */
    public static void on(Wait wait) {
        boolean interrupted = false;
        try {
            while (true) {
                try {
                    wait.await();
                    return;
                } catch (InterruptedException e) {
                    interrupted = true;
                }
            }
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
