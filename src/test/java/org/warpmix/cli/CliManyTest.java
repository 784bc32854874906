package org.warpmix.cli;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CliManyTest {

    private static final String ERP = "examples/erp.csv";
    private static final String CROSSED = "~ condition + (1 | subject) + (1 | item)";

    @TempDir
    private Path folder;

    private static Cli.Result many(String... options) {
        List<String> arguments = new ArrayList<>(List.of("many", ERP, CROSSED));
        arguments.addAll(List.of(options));
        return Cli.run(arguments.toArray(new String[0]));
    }

    @Test
    void writesARowPerColumnAndTerm() throws IOException {
        Path file = folder.resolve("erp.csv");
        Cli.Result result = many("--responses", "t380:t420", "--out", file.toString(), "--fdr", "by");
        assertEquals(0, result.code(), result.err());
        assertTrue(result.out().contains("Columns: 3 of 't380:t420', 96 rows"), result.out());
        List<String> lines = Files.readAllLines(file);
        assertEquals(7, lines.size());
        assertEquals(
                "column,term,estimate,se,df,t,p,q,rows,converged,singular,criterion,sigma,theta.1,theta.2,icc.subject,icc.item",
                lines.get(0));
        // lme4 1.1-31 and lmerTest 3.1-3 are what fit agrees with; here, fit
        String[] cells = lines.get(4).split(",");
        assertEquals("t400", cells[0]);
        assertEquals("conditiontarget", cells[1]);
        Cli.Result fit = Cli.run("fit", ERP, "t400 " + CROSSED, "--json", "-");
        Map<?, ?> effect = (Map<?, ?>) ((List<?>) ((Map<?, ?>) fit.json()).get("fixed")).get(1);
        assertEquals((double) effect.get("estimate"), Double.parseDouble(cells[2]), 1e-7);
        assertEquals((double) effect.get("se"), Double.parseDouble(cells[3]), 1e-7);
        assertEquals((double) effect.get("df"), Double.parseDouble(cells[4]), 1e-4);
        assertEquals((double) effect.get("p"), Double.parseDouble(cells[6]), 1e-9);
    }

    @Test
    void shardsMakeTheWholeRun() throws IOException {
        String[] asked = {"--responses", "t*", "--permute", "300", "--term", "condition", "--cluster", "tfce"};
        Path whole = folder.resolve("whole.parquet");
        Cli.Result one = many(with(asked, "--out", whole.toString(), "--json", "-"));
        assertEquals(0, one.code(), one.err());
        List<String> merge = new ArrayList<>(List.of("merge"));
        for (int i = 1; i <= 3; i++) {
            String shard = folder.resolve(i + ".shard").toString();
            Cli.Result part = many(with(asked, "--shard", i + "/3", "--out", shard));
            assertEquals(0, part.code(), part.err());
            merge.add(shard);
        }
        Path merged = folder.resolve("merged.parquet");
        merge.addAll(List.of("--out", merged.toString(), "--json", "-"));
        Cli.Result joined = Cli.run(merge.toArray(new String[0]));
        assertEquals(0, joined.code(), joined.err());
        assertEquals(one.out(), joined.out());
        assertArrayEquals(Files.readAllBytes(whole), Files.readAllBytes(merged));
    }

    @Test
    void goesOnFromACheckpoint() {
        String[] asked = {
            "--responses", "t*", "--checkpoint", folder.resolve("kept").toString()
        };
        Cli.Result first = many(asked);
        Cli.Result again = many(asked);
        assertEquals(0, again.code(), again.err());
        assertTrue(again.err().contains("has 1 of 1 units; going on from there."), again.err());
        assertEquals(first.out(), again.out());
        Cli.Result other = many(with(asked, "--df", "residual"));
        assertEquals(2, other.code());
        assertTrue(other.err().contains("degrees of freedom"), other.err());
    }

    private static String[] with(String[] asked, String... more) {
        String[] all = Arrays.copyOf(asked, asked.length + more.length);
        System.arraycopy(more, 0, all, asked.length, more.length);
        return all;
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "|which columns are the responses? Say --responses 'V*', for example.",
                "--responses u*|No column matches 'u*'.",
                "--responses t38o|No column 't38o'. Did you mean 't380'",
                "--responses item|response column 'item' has",
                "--responses none.npy|No file 'none.npy'.",
                "--responses t* --term x|--term is for a permutation test. Say --permute 1000, too.",
                "--responses t* --permute 9|which term is to be tested? Say --term x, for example.",
                "--responses t* --permute 9 --term condtion|No fixed-effects term or coefficient 'condtion'.",
                "--responses t* --permute 9 --term condition --threshold 2|--threshold: expected a p-value between 0 and 1",
                "--responses t* --permute 9 --term condition --adjacency ring|--adjacency: expected time, grid:RxC,",
                "--responses t* --permute 9 --term condition --adjacency grid:3x3|has 9 places, and there are 40 columns.",
                "--responses t* --permute 9 --term condition --adjacency channels:7|40 columns are not 7 channels",
                "--responses t* --theta 1|no option '--theta'.",
            })
    void saysWhatIsWrong(String options, String expected) {
        Cli.Result result = many(options == null ? new String[0] : options.split(" "));
        assertEquals(2, result.code(), result.err());
        assertTrue(result.err().contains(expected), result.err());
        assertEquals(1, result.err().lines().count(), result.err());
    }

    @Test
    void readsNeighboursFromAFile() throws IOException {
        String edges = Cli.file(folder, "edges.csv", "from,to", "t380,t400", "t400,t420", "1,40");
        Cli.Result wrong =
                many("--responses", "t*", "--permute", "9", "--term", "condition", "--adjacency", "edges:" + edges);
        assertEquals(2, wrong.code()); // names and numbers do not mix
        String names = Cli.file(folder, "names.csv", "from,to", "t380,t400", "t400,t420");
        Cli.Result result =
                many("--responses", "t*", "--permute", "99", "--term", "condition", "--adjacency", "edges:" + names);
        assertEquals(0, result.code(), result.err());
        assertTrue(result.out().contains("t380  t420        3"), result.out());
    }
}
