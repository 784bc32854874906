# What InferenceTiming times, with R's packages, as far as they get in minutes: Rscript benchmarks/peers/inference.R
# from the repository's root. Needs lme4, lmerTest and pbkrtest.
suppressMessages({library(lme4); library(lmerTest); library(pbkrtest)})
time <- function(what, work) cat(sprintf("%-50s %9.1f ms\n", what, 1000 * system.time(work)[["elapsed"]]))
data <- "src/test/resources/data/"
sleep <- read.csv(paste0(data, "sleepstudy.csv"))
groups <- read.csv(paste0(data, "synth_1k_groups.csv"))
m <- lme4::lmer(Reaction ~ Days + (Days | Subject), sleep)
time("profile intervals, sleepstudy", suppressMessages(confint(m, quiet = TRUE)))
larger <- lme4::lmer(Reaction ~ Days + (Days | Subject), sleep, REML = FALSE)
smaller <- lme4::lmer(Reaction ~ 1 + (Days | Subject), sleep, REML = FALSE)
time("bootstrap likelihood ratio, 200 replicates", suppressWarnings(PBmodcomp(larger, smaller, nsim = 200)))
g <- lmerTest::lmer(y ~ x1 + x2 + (1 + x1 | g), groups)
time("Satterthwaite, 1,000 groups", summary(lmerTest::lmer(y ~ x1 + x2 + (1 + x1 | g), groups)))
for (k in c(60, 300, 1000)) {
  part <- subset(groups, g <= k)
  p <- lmerTest::lmer(y ~ x1 + x2 + (1 + x1 | g), part)
  time(sprintf("Kenward-Roger, %d groups, %d rows", k, nrow(part)), summary(p, ddf = "Kenward-Roger"))
}
# crossed factors, 50,000 rows: had not ended after three minutes, so they are not part of this
