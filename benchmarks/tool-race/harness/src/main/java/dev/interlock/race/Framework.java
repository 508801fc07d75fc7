package dev.interlock.race;

import java.util.List;

/** A framework in the race, with its rows. Implementations have a public constructor without parameters. */
public interface Framework {

    /** Returns one row for each mode, in the order of {@link Peer}. */
    List<Row> rows();
}
