package dev.interlock.benchmarks.faults;

/** The behaviours of bodies. */
enum Fault {
    NONE("return at once"),
    WORK("return after a while, or end at an interrupt"),
    FAIL("throw an exception"),
    ERROR("throw an Error"),
    LEAVE("throw what must leave the round"),
    BLOCK("block, and end at an interrupt"),
    WRAP("block, and wrap the interrupt in another exception"),
    SPIN("spin past the interrupt"),
    LATE("swallow the interrupt, and return late"),
    HANG("ignore interrupts until the harness lets go"),
    NEST("re-enter the executor"),
    PEND("say that they are pending");

    final String words;

    Fault(String words) {
        this.words = words;
    }
}
