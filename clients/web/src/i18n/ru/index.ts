import action from './action.json';
import after from './after.json';
import agent from './agent.json';
import area from './area.json';
import backup from './backup.json';
import category from './category.json';
import chart from './chart.json';
import checklist from './checklist.json';
import clock from './clock.json';
import common from './common.json';
import customer from './customer.json';
import device from './device.json';
import display from './display.json';
import form from './form.json';
import frame from './frame.json';
import guide from './guide.json';
import health from './health.json';
import help from './help.json';
import home from './home.json';
import importTexts from './import.json';
import job from './job.json';
import light from './light.json';
import link from './link.json';
import lock from './lock.json';
import lookup from './lookup.json';
import menu from './menu.json';
import office from './office.json';
import palette from './palette.json';
import payment from './payment.json';
import period from './period.json';
import problem from './problem.json';
import product from './product.json';
import recovery from './recovery.json';
import returnTexts from './return.json';
import right from './right.json';
import role from './role.json';
import sale from './sale.json';
import scan from './scan.json';
import scope from './scope.json';
import settings from './settings.json';
import setup from './setup.json';
import shift from './shift.json';
import signIn from './sign_in.json';
import stock from './stock.json';
import table from './table.json';
import till from './till.json';
import tillCard from './till_card.json';
import unit from './unit.json';
import unitName from './unit_name.json';
import user from './user.json';

export default {
  checklist,
  help,
  action,
  lookup,
  form,
  chart,
  backup,
  recovery,
  after,
  agent,
  area,
  category,
  clock,
  common,
  customer,
  device,
  display,
  frame,
  guide,
  health,
  home,
  import: importTexts,
  job,
  light,
  link,
  lock,
  menu,
  office,
  palette,
  payment,
  period,
  problem,
  product,
  return: returnTexts,
  right,
  role,
  sale,
  scan,
  scope,
  settings,
  setup,
  shift,
  sign_in: signIn,
  stock,
  table,
  till,
  till_card: tillCard,
  unit,
  unit_name: unitName,
  user,
};
