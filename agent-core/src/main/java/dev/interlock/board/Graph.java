package dev.interlock.board;

/** Receives the dependencies that the trie finds, and makes join nodes that stand for several nodes. */
interface Graph {

    /** No node. */
    int NONE = -1;

    /** Records that the current access depends on {@code node}. */
    void dependOn(int node);

    /** Makes a node that ends when all {@code members} have ended. */
    int join(IntList members);
}
