package dev.interlock.plan;

/** Takes the dependencies that are found among accesses, and makes the join nodes that stand for several. */
interface Graph {

    /** Stands for no node. */
    int NONE = -1;

    /** The access being asked about depends on {@code node}. */
    void dependOn(int node);

    /** Makes a node that is done when all of {@code members} are. */
    int join(IntList members);
}
