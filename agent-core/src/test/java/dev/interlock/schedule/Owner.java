package dev.interlock.schedule;

/** The owner of a round in a {@link World}, and the clock that rings for it while it has none. */
final class Owner {
    boolean there;
    boolean awake;
    boolean left;
    boolean interrupted;
    int runs = -1;
    long parkedUntil = Limits.NO_LIMIT;
    boolean cancelled;
    int admitted;
    boolean confined;
    boolean refused;
}
