package dev.interlock.race;

import java.util.List;

/** A peer: its rows. Has a public constructor without parameters. */
public interface Framework {

    /** One a mode, in the order of {@link Peer}. */
    List<Row> rows();
}
