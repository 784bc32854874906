package org.warpmix.unit;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ShardsTest {

    private static final RunHeader RUN = new RunHeader(
            RunIdentity.of("permute", 23).with("seed", 1), List.of("permute", "data with spaces.csv", "y ~ ä"));

    @TempDir
    Path temp;

    private Path shard(Shard shard, RunHeader header) throws IOException {
        Path file = temp.resolve("shard-" + shard.index() + "-of-" + shard.count());
        try (ShardFile units = ShardFile.create(file, header)) {
            UnitRun.of(23, units).withShard(shard).run(unit -> new byte[] {(byte) unit}, done -> true);
            assertFalse(Files.exists(file), "not before it is whole");
            units.finish();
        }
        return file;
    }

    private List<Path> seven() throws IOException {
        List<Path> files = new ArrayList<>();
        for (int i = 1; i <= 7; i++) {
            files.add(shard(new Shard(i, 7), RUN));
        }
        Collections.reverse(files);
        return files;
    }

    @Test
    void joinedInAnyOrder() throws IOException {
        try (Shards shards = Shards.join(seven())) {
            assertEquals(RUN, shards.header());
            for (int unit = 0; unit < 23; unit++) {
                assertArrayEquals(new byte[] {(byte) unit}, shards.read(unit));
            }
            assertThrows(IllegalStateException.class, () -> shards.write(3, new byte[0]));
        }
    }

    @Test
    void everyUnitOnce() throws IOException {
        List<Path> files = seven();
        assertEquals(
                "4 of 23 units are in none of the files, unit 10 the first of them. Give all shards of the run.",
                refusal(List.of(files.get(0), files.get(1), files.get(2), files.get(4), files.get(5), files.get(6))));
        files.add(files.get(6));
        assertEquals(
                files.get(6) + " has units that " + files.get(6) + " has, too. Give each shard once.", refusal(files));
    }

    @Test
    void ofOneRun() throws IOException {
        Path one = shard(new Shard(1, 2), RUN);
        Path other = shard(new Shard(2, 2), new RunHeader(RUN.identity().with("seed", 2), RUN.arguments()));
        assertEquals(
                other + " is of another run than " + one + ": seed: 1 → 2. Join the shards of one run.",
                refusal(List.of(one, other)));
    }

    @Test
    void damagedOrNone() throws IOException {
        Path one = shard(Shard.WHOLE, RUN);
        byte[] bytes = Files.readAllBytes(one);
        bytes[bytes.length - 1]++;
        Files.write(one, bytes);
        assertEquals(one + " is damaged. Run its shard again.", refusal(List.of(one)));
        Path none = temp.resolve("none");
        assertEquals(none + ": there is no such file.", refusal(List.of(none)));
        Path text = Files.writeString(temp.resolve("text.csv"), "x,y\n1,2\n");
        assertEquals(text + " is not a file of units that --shard or --checkpoint wrote.", refusal(List.of(text)));
    }

    private static String refusal(List<Path> files) {
        return assertThrows(IllegalArgumentException.class, () -> Shards.join(files))
                .getMessage();
    }

    @Test
    void anUnfinishedFileGoes() throws IOException {
        Path file = temp.resolve("unfinished");
        try (ShardFile units = ShardFile.create(file, RUN)) {
            units.write(0, new byte[3]);
        }
        try (var left = Files.list(temp)) {
            assertEquals(0, left.count());
        }
    }

    @Test
    void partsAreEvenAndWhole() {
        for (int units : new int[] {0, 1, 6, 7, 23, Integer.MAX_VALUE}) {
            int next = 0;
            for (int i = 1; i <= 7; i++) {
                Shard shard = new Shard(i, 7);
                assertEquals(next, shard.from(units));
                next = shard.to(units);
                assertEquals(units / 7.0, next - shard.from(units), 1);
            }
            assertEquals(units, next);
        }
    }

    @Test
    void shardsAsText() {
        assertEquals(new Shard(3, 7), Shard.parse(" 3/7"));
        for (String wrong : new String[] {"", "3", "3/", "0/7", "8/7", "1/0", "1/2/3", "a/b", "-1/7"}) {
            assertThrows(IllegalArgumentException.class, () -> Shard.parse(wrong), wrong);
        }
    }
}
