# Makes *_lmer.csv, what lmer() makes of each response in *_sim.csv:  Rscript lmer.R   in this folder. It is lmer() and not
# refit(): with REML and p > 1 fixed effects, lme4 1.1-31's refit() minimises the criterion of n - 1 instead of n - p degrees
# of freedom (refit(m, getME(m, "y")) of sleepstudy is 8.7 above m, theta up to 0.4 % too large).
suppressMessages(library(lme4))
models <- list(
  sleep_ri_reml = list("sleepstudy", Reaction ~ Days + (1 | Subject)),
  sleep_rs_reml = list("sleepstudy", Reaction ~ Days + (Days | Subject)),
  penicillin_reml = list("Penicillin", diameter ~ 1 + (1 | plate) + (1 | sample)))
tight <- lmerControl(optimizer = "nloptwrap", calc.derivs = FALSE, check.conv.singular = "ignore",
                     optCtrl = list(xtol_abs = 1e-10, ftol_abs = 1e-12, maxeval = 1e5))
for (id in names(models)) {
  d <- read.csv(file.path("..", "data", paste0(models[[id]][[1]], ".csv")))
  f <- models[[id]][[2]]
  fits <- sapply(read.csv(paste0(id, "_sim.csv")), function(y) {
    d[[all.vars(f)[1]]] <- y
    m <- lmer(f, d, control = tight)
    for (again in 1:5) m <- lmer(f, d, control = tight, start = getME(m, "theta")) # BOBYQA stops up to 2e-4 too high
    theta <- getME(m, "theta")
    c(criterion = REMLcrit(m), fixef(m), setNames(theta, paste0("theta.", seq_along(theta))), sigma = sigma(m))
  })
  write.csv(format(t(fits), digits = 15, trim = TRUE), paste0(id, "_lmer.csv"), row.names = FALSE, quote = FALSE)
}
