package dev.interlock.jdbc.journal.kill;

import dev.interlock.durable.SuspendedRound;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** Where a caller keeps rounds that were suspended: a file each, which is there as a whole or not at all. */
record Store(Path folder) {

    void keep(SuspendedRound round) throws IOException {
        Path next = folder.resolve(round.id() + ".new");
        Files.writeString(next, round.toJson());
        Files.move(next, fileOf(round), StandardCopyOption.ATOMIC_MOVE);
    }

    void forget(SuspendedRound round) throws IOException {
        Files.deleteIfExists(fileOf(round));
    }

    private Path fileOf(SuspendedRound round) {
        return folder.resolve(round.id() + ".json");
    }

    List<SuspendedRound> all() throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            List<SuspendedRound> rounds = new ArrayList<>();
            for (Path file : files.filter(file -> file.toString().endsWith(".json"))
                    .sorted()
                    .toList()) {
                rounds.add(SuspendedRound.fromJson(Files.readString(file)));
            }
            return rounds;
        }
    }
}
