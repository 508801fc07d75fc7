package dev.interlock.board;

/** Counts the steps of searches for tests of other packages. */
public final class SearchSteps {

    private SearchSteps() {}

    /** How many steps a scoreboard's searches have taken so far. */
    public static long of(Scoreboard board) {
        return board.searched;
    }
}
